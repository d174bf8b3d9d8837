// A place in a file of a snapshot → the name that stands there, and what it stands for. Where most features begin.

import { inspect, type FileUnit, type Inspector, type Occurrence, type Workspace } from '@rdp/language';

/** A place in a snapshot: `path` is that of a file of the project or the library. */
export interface At {
  readonly snapshot: Workspace;
  readonly path: string;
  readonly offset: number;
}

/** A place, opened. */
export interface OpenPlace {
  readonly inspector: Inspector;
  readonly unit: FileUnit;
  readonly offset: number;
}

/** What answers are read from; undefined when there is no such file. */
export function openPlace({ snapshot, path, offset }: At): OpenPlace | undefined {
  const inspector = inspect(snapshot.project);
  const unit = inspector.unit(path);
  return unit && { inspector, unit, offset };
}

/** A name with the place that it was found at. */
export interface Named extends OpenPlace {
  readonly name: Occurrence;
}

/** The name at a place. */
export function nameAt(at: At): Named | undefined {
  const place = openPlace(at);
  const name = place?.inspector.nameAt(place.unit, place.offset);
  return place && name && { ...place, name };
}
