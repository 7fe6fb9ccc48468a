/**
 * The import table of the design, as data: what each folder may import, and why not more.
 * It decides nothing itself; `check_imports.ts` applies it. Changing a row is a design decision.
 */

export interface ImportRule {
  /** Beginnings of project paths, `npm:name` or `node:name`. A folder may always import itself. */
  may: readonly string[];
  /** Printed with each refusal: what to do instead. */
  because: string;
}

/** Imports that are asked about one by one, because their folder is allowed only in part. */
const CONTRACT = ["rpc/client.ts", "rpc/contract/"];

/** By first path segment. A folder that is not here is refused altogether. */
export const RULES: Readonly<Record<string, ImportRule>> = {
  core: {
    // `@std/path`: joining and splitting paths is arithmetic on text; `resolve` asks for the working
    // folder and is not.
    may: ["npm:zod", "npm:smol-toml", "npm:@decimalturn/toml-patch", "node:path"],
    because: "core/ only thinks: state the need as a port in core/ports.ts and be given it",
  },
  engines: {
    may: ["core/", "node:"],
    because: "an engine is a driver that can be swapped: it knows core/ and its own folder",
  },
  io: {
    may: ["core/", "node:", "npm:dax"],
    because: "io/ answers the ports of core/ and must not know who asks",
  },
  actors: {
    may: ["core/", "npm:xstate"],
    because: "an actor gets the world through its ports, so that a test can give it another one",
  },
  rpc: {
    may: ["core/", "npm:hono", "npm:@hono/zod-openapi", "npm:zod", "npm:socket.io"],
    because: "rpc/ carries requests; what answers them is an interface that supervisor/ fills in",
  },
  supervisor: {
    may: ["core/", "actors/", "engines/", "io/", "rpc/", "npm:xstate", "node:path"],
    because: "supervisor/ joins the parts and is joined to the command line by main.ts alone",
  },
  cli: {
    may: ["core/", ...CONTRACT, "npm:zod", "npm:dax", "node:util"],
    because: "cli/ asks through the Client of core/client.ts, whoever answers: main.ts hands it in",
  },
  web: {
    may: ["core/", ...CONTRACT, "npm:zod"],
    because: "web/ is a user of the public API like any other",
  },
  "main.ts": {
    may: ["core/", "cli/", "engines/", "io/", "rpc/", "supervisor/", "actors/", "node:"],
    because: "main.ts joins the shipped folders and parses nothing",
  },
  scripts: { may: ["*"], because: "" },
  tests: { may: ["*"], because: "" },
};

/** Files that nothing may import, not even a test, and why. */
export const ROOTS: Readonly<Record<string, string>> = {
  "main.ts": "main.ts acts when it is loaded: start it as a program",
};
