package org.mailcaravan.model;

/**
 * Changes at the source to copied messages that a pass carried over to the destination.
 *
 * @param moved copies that were moved to another folder
 * @param flagsUpdated copies whose flags were changed
 * @param deletedAtSource messages that were deleted at the source since the previous pass
 * @param mirrored copies that were removed because of {@code pass.mirror-deletions}
 */
public record CarriedOver(long moved, long flagsUpdated, long deletedAtSource, long mirrored) {
  /** No changes. */
  public static final CarriedOver NOTHING = new CarriedOver(0, 0, 0, 0);

  /** Those of two passes. */
  public CarriedOver and(CarriedOver other) {
    return new CarriedOver(
        moved + other.moved,
        flagsUpdated + other.flagsUpdated,
        deletedAtSource + other.deletedAtSource,
        mirrored + other.mirrored);
  }
}
