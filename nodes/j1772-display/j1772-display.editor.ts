import { exampleFaces } from "#core/display/examples";
import { inWords, previewSheet } from "#core/display/preview";
import type { Form } from "../shared/editor/form.ts";
import { edit } from "../shared/editor/j1772.ts";
import { J1772DisplayNode } from "./j1772-display.schema.ts";

edit(J1772DisplayNode, (form) => {
  const picture = document.createElement("img");
  picture.className = "j1772-preview";
  form.note("rotateS").append(picture);
  form.follow(["language", "readyA"], () => draw(picture, form));
});

/** What the display would show with these settings. */
function draw(picture: HTMLImageElement, form: Form): void {
  const readyA = Number(form.value("readyA"));
  const faces = exampleFaces(form.value("language") === "de" ? "de" : "en", readyA > 0 ? readyA : null);
  picture.alt = faces.map(({ rows, led }) => inWords(rows, led)).join("; ");
  picture.src = `data:image/svg+xml,${encodeURIComponent(previewSheet(faces, 2))}`;
}
