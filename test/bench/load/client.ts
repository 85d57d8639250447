import { type FanOut, fanOut } from "./fan-out-client.ts";
import { type Load, press } from "./press.ts";

/** What a client process is asked to do, for so many seconds. */
export type Task = { seconds: number } & ({ press: Load } | { fanOut: FanOut });

// The other end is `createClient`: one task at a time, and its result back.
process.on("message", async (task: Task) => {
  const until = () => Bun.sleep(task.seconds * 1000);
  process.send?.("press" in task ? await press(task.press, until) : await fanOut(task.fanOut, until));
});
