import fc from "fast-check";
import { expect, it } from "vitest";
import { type Html, html } from "../../../shared/email/html.ts";

it("escapes whatever is put into it, in text and in attributes", () => {
  const hostile = `<script>"'&`;
  expect(html`<a title="${hostile}">${hostile}</a>`.html).toBe(
    '<a title="&lt;script&gt;&quot;&#39;&amp;">&lt;script&gt;&quot;&#39;&amp;</a>',
  );
});

it("nests markup, joins lists and leaves out what is not there", () => {
  const items = ["a", "<b>"].map((text) => html`<li>${text}</li>`);
  expect(html`<ul>${items}</ul>${null}${false}${3}`.html).toBe(
    "<ul><li>a</li><li>&lt;b&gt;</li></ul>3",
  );
});

it("takes no look-alike from outside for markup", () => {
  const forged = JSON.parse('{"html":"<script>"}') as Html;
  expect(html`${forged}`.html).toBe("");
});

it("lets no text end an attribute or open a tag", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(html`${text}`.html).not.toMatch(/[<>"']/);
    }),
  );
});
