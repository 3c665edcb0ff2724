import { type GridEvent, withoutResource } from "./grid-event.ts";
import { atOnce, lookAt, placeOf } from "./place.ts";
import { ignoredAs, markedAs, type Reading } from "./reading.ts";
import { lineOf, textOf } from "./untrusted.ts";

/** Older documents of Azure write these types without their provider. */
const imageEvent = /^(microsoft\.containerregistry\.)?image(pushed|deleted)$/;

/** Whether an event tells of a push or a deletion in a registry. */
export const isImageEvent = ({ type }: Pick<GridEvent, "type">): boolean => imageEvent.test(type);

/**
 * Reads a push or deletion of an image as a look at its registry. The subject names only the image;
 * the registry is the topic, or the source of a CloudEvent (Azure Event Grid, "Azure Container
 * Registry as an Event Grid source").
 */
export function readImageEvent(event: GridEvent): Reading {
  const place = placeOf(textOf(event.whole, "topic", "source") ?? "");
  if (!place) return withoutResource(event);
  return place.kind === "registry"
    ? markedAs([lookAt(place, atOnce)])
    : ignoredAs(lineOf(place.leafType ?? place.kind, 100));
}
