/** Paths of the host and where they are in a box. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { relative, resolve } from "@std/path";
import { contains, parseMount, projectTarget, targetOf } from "../../../core/model/mounts.ts";

/** Real absolute paths, with parts that look alike. */
const PART = fc.constantFrom("a", "ab", "b", "a b", ".x", "..a", "-");
const PATH = fc.array(PART, { maxLength: 4 }).map((parts) => `/${parts.join("/")}`);

Deno.test("mounts contains: as paths, not as texts", () => {
  assert.ok(contains("/", "/anything"));
  assert.ok(contains("/a", "/a") && contains("/a", "/a/b"));
  assert.ok(!contains("/a", "/ab") && !contains("/a/b", "/a") && !contains("/a", "/"));
  fc.assert(fc.property(PATH, PATH, (outer, inner) => {
    const way = relative(outer, inner);
    assert.equal(contains(outer, inner), way !== ".." && !way.startsWith("../"));
  }));
});

Deno.test("mounts target: below the projects, or where it is outside", () => {
  assert.equal(projectTarget("/srv/a b/shop", "projects"), "/projects/shop");
  assert.equal(projectTarget("/srv/a b/shop", "same"), "/srv/a b/shop");
});

Deno.test("mounts target: a folder of a project is the same folder of its target", () => {
  const below = fc.array(PART, { maxLength: 4 }).map((parts) => parts.join("/"));
  const root = PATH.filter((path) => path !== "/");
  fc.assert(
    fc.property(root, below, fc.constantFrom("projects", "same"), (root, below, style) => {
      const target = projectTarget(root, style);
      const cwd = resolve(root, below);
      const there = targetOf(cwd, root, target);
      assert.ok(contains(target, there));
      assert.equal(resolve(root, relative(target, there)), cwd);
      if (style === "same") assert.equal(there, cwd);
    }),
  );
});

Deno.test("mounts parse: read-only is said at the end", () => {
  assert.deepEqual(parseMount("/srv/docs:ro"), { path: "/srv/docs", readOnly: true });
  assert.deepEqual(parseMount("docs"), { path: "docs", readOnly: false });
  assert.deepEqual(parseMount("/a:b:rw"), { path: "/a:b:rw", readOnly: false });
});
