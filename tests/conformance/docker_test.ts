/** The contract of an engine, on the real docker. */
import { createDocker } from "../../engines/docker.ts";
import { dockerPresence, testImage } from "../fixtures/docker.ts";
import { suite } from "../require.ts";
import { defineConformance } from "./suite.ts";

suite("docker", await dockerPresence(), () => {
  const every = Array.from({ length: 256 }, (_, code) => code);
  defineConformance("docker", { make: () => createDocker(), image: testImage, codes: every });
  // As with an engine in a virtual machine: the same contract over a carried life pipe.
  defineConformance("docker far", {
    make: () => createDocker({ far: true }),
    image: testImage,
    codes: [0, 1, 125, 126, 127, 255],
  });
});
