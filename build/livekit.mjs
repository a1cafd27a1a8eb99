// @ts-check
// node build/livekit.mjs <file>: LiveKit's client as one module, from the sources in its npm package. What the package has
// built is for browsers of 2015: a tenth longer, and each of its promises a generator driven by hand.
import { build } from "esbuild";

await build({
  stdin: { contents: 'export { LocalAudioTrack, LocalVideoTrack, Room, RoomEvent, setLogLevel } from "./node_modules/livekit-client/src/index.ts";', resolveDir: process.cwd() },
  outfile: process.argv[2],
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  // All of it is compiled while the person is still in the lobby, not function by function when they press Join.
  banner: { js: "//# allFunctionsCalledOnLoad" },
  charset: "utf8",
  // As the package itself is compiled.
  tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
  logLevel: "warning",
});
