/** Long work on a real terminal: one line that moves, and Ctrl-C that ends it cleanly. */
import assert from "node:assert/strict";
import { onEngines } from "./program.ts";
import { openPane } from "./tmux.ts";

await onEngines((engine, test) => {
  // Native has no images, and nothing else takes long enough to be interrupted in a test.
  if (engine !== "docker") return;

  test("image build: shows its progress on one line, and Ctrl-C cancels it", async (ct) => {
    await using pane = await openPane(ct, "ct image build --no-cache --engine docker");
    await pane.sees(/^Building the image +\d+ s +\S/m);
    await pane.press("C-c");
    assert.equal(await pane.ended(), 130);
    const screen = await pane.screen();
    assert.match(screen, /^error \[cancelled\]: Cancelled$/m);
    assert.doesNotMatch(screen, /Building the image/);
  });
});
