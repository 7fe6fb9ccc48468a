/** One launch over fakes, which a test can watch and disturb while it goes on. */
import { launch, type Outcome, type RunningBox } from "../../core/launch/launch.ts";
import type { BoxPlan } from "../../core/model/box.ts";
import { createFakeClock, type FakeClock } from "./clock.ts";
import { createFakeEngine, type FakeEngine, type FakeKnobs } from "./engine.ts";
import { createFakeRunFolders, type FakeRunFolders } from "./run_folders.ts";
import { settle } from "./settle.ts";

export interface FakeLaunch {
  engine: FakeEngine;
  folders: FakeRunFolders;
  clock: FakeClock;
  /** The caller's cancellation. */
  cancel: AbortController;
  /** What a caller may touch; undefined until there is a client. */
  running(): RunningBox | undefined;
  /** Starts, and lets everything happen that can without time. */
  start(change?: Partial<BoxPlan>): Promise<void>;
  /** How the launch ended; undefined while it goes on. */
  ended(): Ended | undefined;
  /** Waits for the end. A launch that hangs makes the test fail, because nothing is left to do. */
  end(): Promise<Ended>;
}

export type Ended = { outcome: Outcome; error?: never } | { outcome?: never; error: unknown };

export const BOX_NAME = "construct-test-box";

export function makeLaunch(knobs: Partial<FakeKnobs> = {}): FakeLaunch {
  const clock = createFakeClock();
  const folders = createFakeRunFolders();
  const engine = createFakeEngine({ folders, clock, knobs });
  const cancel = new AbortController();
  let running: RunningBox | undefined;
  let ended: Ended | undefined;
  let finish: Promise<Ended> | undefined;
  return {
    engine,
    folders,
    clock,
    cancel,
    running: () => running,
    async start(change) {
      finish = launch({ engine, folders, clock }, {
        plan: { ...PLAN, ...change },
        environment: { HOME: "/home/construct", KEY: "value" },
        stdio: { stdin: "null", stdout: "null", stderr: "null" },
        onClient: (box) => running = box,
      }, cancel).then((outcome) => ({ outcome }), (error: unknown) => ({ error }));
      finish.then((how) => ended = how).catch(() => {});
      await settle();
    },
    ended: () => ended,
    end: () => finish ?? Promise.reject(new Error("not started")),
  };
}

export const PLAN: BoxPlan = {
  name: BOX_NAME,
  labels: {},
  image: "image",
  hostname: "construct",
  user: { uid: 1000, gid: 1000 },
  workdir: "/projects/shop",
  mounts: [{ kind: "bind", source: "/shop", target: "/projects/shop", readOnly: false }],
  network: "open",
  limits: { pids: 0, memoryBytes: 0, cpus: 0 },
  capabilities: [],
  mayGainPrivileges: false,
  relabel: false,
  tty: false,
  entry: ["/usr/bin/perl", "runner.pl", "--", "program", "--flag"],
};
