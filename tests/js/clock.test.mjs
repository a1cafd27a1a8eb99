import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerClock } from "../../wwwroot/js/call/clock.js";

test("add_SlowAnswersAmongQuickOnes_DoNotMoveTheClock", () => {
  const clock = new ServerClock();
  // The server is 500 ms ahead; a slow answer looks like seconds.
  for (let i = 0; i < 20; i++) {
    const sent = i * 10_000;
    const late = i % 4 ? 3_000 : 0;
    clock.add(sent, sent + 20 + late, sent + 10 + 500);
  }
  assert.equal(clock.offset, 500);
});

test("now_BeforeAnyMeasurement_FollowsTheTicket", () => {
  assert.ok(Math.abs(new ServerClock(Date.now() + 60_000).now() - Date.now() - 60_000) < 50);
});
