/** How the forms look, in the editor's own colours, light or dark. */

const STYLE = `
.j1772-form .form-row > label { width: 150px; vertical-align: middle; }
.j1772-form .form-row > select { width: calc(100% - 160px); }
.j1772-form .form-row > input[type="text"][inputmode="decimal"] { width: 90px; text-align: right; }
.j1772-form .form-row > input[type="text"]:not([inputmode]) { width: calc(100% - 160px); }
.j1772-form .form-row > input[type="password"] { width: calc(100% - 160px); }
.j1772-form .form-row > input[type="checkbox"] { width: auto; margin: 0; }
.j1772-form .j1772-about { display: block; margin: 4px 0 0 155px; color: var(--red-ui-secondary-text-color); }
.j1772-form .form-row > div { width: calc(100% - 160px) !important; }
.j1772-form .form-row > label + output { margin-left: 5px; }
.j1772-form .form-row[hidden], .j1772-form .form-row:has(> output:empty) { display: none; }
.j1772-form .j1772-expert > summary { cursor: pointer; margin: 12px 0; color: var(--red-ui-text-color-link); }
`;

/** Adds the style once, however many forms are opened. */
export function addStyle(): void {
  if (document.getElementById("j1772-style")) return;
  const style = document.createElement("style");
  style.id = "j1772-style";
  style.textContent = STYLE;
  document.head.append(style);
}
