// LiveKit's own SDK at the work that TokenBenchmark.cs does: processor time for each, on one line of JSON.
import { readFileSync } from "node:fs";
import { AccessToken, WebhookReceiver } from "livekit-server-sdk";

const { key, secret, body, token, seconds } = JSON.parse(readFileSync(0, "utf8"));

async function mint() {
  const access = new AccessToken(key, secret, {
    identity: "0199a3c2-7d1e-7c3a-9b1f-2f7f0c9d1a55",
    name: "Fiona Founder",
    ttl: 600,
    attributes: { participation: "0199a3c2-7d1e-7c3a-9b1f-2f7f0c9d1a56", role: "founder" },
  });
  access.addGrant({ roomJoin: true, room: "session-0199a3c27d1e7c3a9b1f2f7f0c9d1a57", canPublish: true, canSubscribe: true, canPublishData: true, canUpdateOwnMetadata: false });
  return access.toJwt();
}

const receiver = new WebhookReceiver(key, secret);
const verify = async () => (await receiver.receive(body, token)).id;

/** @returns {Promise<number>} microseconds of processor time for one, those of helper threads included */
async function measure(work) {
  const until = (ms) => performance.now() + ms;
  for (const end = until(1000); performance.now() < end; ) await work();
  const [before, end] = [process.cpuUsage(), until(seconds * 1000)];
  let done = 0;
  for (; performance.now() < end; done++) await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / done;
}

console.log(JSON.stringify({ mint: await measure(mint), verify: await measure(verify), node: process.version }));
