package org.mailcaravan.model;

/**
 * What a pass carried over of changes at the source to messages that were copied before.
 *
 * @param moved copies that were moved to another folder
 * @param flagsUpdated copies whose flags were changed
 * @param deletedAtSource messages that have left the source since the pass before
 * @param mirrored copies that were removed, because that was asked for
 */
public record CarriedOver(long moved, long flagsUpdated, long deletedAtSource, long mirrored) {
  /** Nothing had changed. */
  public static final CarriedOver NOTHING = new CarriedOver(0, 0, 0, 0);
}
