import assert from "node:assert/strict";
import { test } from "node:test";
import { ChunkQueue } from "../../wwwroot/js/call/chunk-queue.js";

class Store {
  rows = new Map();
  put = async (c) => void this.rows.set(`${c.trackId}/${c.number}`, c);
  remove = async (t, n) => void this.rows.delete(`${t}/${n}`);
  all = async () => [...this.rows.values()];
}

const chunk = (number, trackId = "t") => ({ trackId, number, position: number * 16000, pcm: new ArrayBuffer(32000), at: Date.now() });
const answering = (statuses, log) => async (url) => {
  log.push(url);
  const status = statuses.length > 1 ? statuses.shift() : statuses[0];
  if (!status) throw new TypeError("network");
  return { ok: status < 300, status };
};

test("add_APortalThatComesBack_GetsEachChunkOnceInOrder", async () => {
  const [log, store] = [[], new Store()];
  const queue = new ChunkQueue(store, answering([0, 503, 204], log));
  queue.add(chunk(0));
  queue.add(chunk(1));
  await queue.drained(5000);
  assert.deepEqual(log.map((u) => u.match(/chunks\/(\d+)/)[1]), ["0", "0", "0", "1"]);
  assert.ok(log[3].endsWith("/api/recordings/tracks/t/chunks/1?position=16000"));
  assert.equal(store.rows.size, 0);
  assert.equal(queue.sent, 2);
});

for (const status of [404, 409]) {
  test(`add_Answered${status}_GivesUpThatTrackAlone`, async () => {
    const [log, store] = [[], new Store()];
    const queue = new ChunkQueue(store, async (url) => {
      log.push(url);
      return url.includes("/dead/") ? { ok: false, status } : { ok: true, status: 204 };
    });
    queue.add(chunk(0, "dead"));
    queue.add(chunk(1, "dead"));
    queue.add(chunk(0, "alive"));
    await queue.drained(1000);
    queue.add(chunk(2, "dead"));
    await queue.drained(1000);
    assert.equal(log.filter((u) => u.includes("/dead/")).length, 1);
    assert.equal(log.filter((u) => u.includes("/alive/")).length, 1);
    assert.equal(store.rows.size, 0);
  });
}

test("resume_ChunksOfAnEarlierPage_AreSent", async () => {
  const [log, store] = [[], new Store()];
  await store.put(chunk(7));
  const queue = new ChunkQueue(store, answering([204], log));
  await queue.resume();
  await queue.drained(1000);
  assert.equal(log.length, 1);
  assert.equal(store.rows.size, 0);
});

test("flushOnExit_MoreThanABrowserAllows_SendsTheNewestWithKeepalive", async () => {
  const inits = [];
  let hold = true;
  const queue = new ChunkQueue(new Store(), async (url, init) => {
    if (init.keepalive) inits.push(url);
    while (hold) await new Promise((r) => setTimeout(r, 5));
    return { ok: true, status: 204 };
  });
  for (let i = 0; i < 5; i++) queue.add({ ...chunk(i), pcm: new ArrayBuffer(25000) });
  queue.flushOnExit();
  assert.deepEqual(inits.map((u) => u.match(/chunks\/(\d+)/)[1]), ["4", "3"]);
  hold = false;
});
