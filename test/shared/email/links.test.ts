import { expect, it } from "vitest";
import { aboutLink, onlyPortal, portalLink } from "../../../shared/email/links.ts";

it("leads to a resource by its id, each part encoded", () => {
  expect(portalLink("/subscriptions/1/resourceGroups/a b/providers/X.Y/z/n")).toBe(
    "https://portal.azure.com/#resource/subscriptions/1/resourceGroups/a%20b/providers/X.Y/z/n",
  );
});

it("makes no link of what is no id", () => {
  expect(portalLink("https://evil.example")).toBeNull();
  expect(portalLink("/nothing")).toBeNull();
});

it.each([
  "http://portal.azure.com/x",
  "https://portal.azure.com.evil.example/",
  "https://evil.example/portal.azure.com",
  "https://portal.azure.com@evil.example/",
  "https://user@portal.azure.com/",
  "https://portal.azure.com:8443/",
  "javascript:alert(1)//portal.azure.com",
  "portal.azure.com/x",
])("takes %s for no portal link", (link) => {
  expect(onlyPortal(link)).toBeNull();
});

it("takes the portal's own pages, of other clouds too", () => {
  expect(onlyPortal("https://portal.azure.com/#blade/x")).toBe("https://portal.azure.com/#blade/x");
  expect(onlyPortal("https://portal.azure.us/#blade/x")).toBe("https://portal.azure.us/#blade/x");
});

it("takes web pages only for the page about this service", () => {
  expect(aboutLink("https://wiki.contoso.com/guardrail")).toBe(
    "https://wiki.contoso.com/guardrail",
  );
  expect(aboutLink("javascript:alert(1)")).toBeNull();
  expect(aboutLink(null)).toBeNull();
});
