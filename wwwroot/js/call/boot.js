// @ts-check
// Started by the page itself, so that the lobby works before (and without) a Blazor circuit.
import { mount } from "./call.js";

mount();
