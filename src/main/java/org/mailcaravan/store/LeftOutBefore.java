package org.mailcaravan.store;

/**
 * What rules had left out of a source folder when everything in it was last accounted for.
 *
 * @param messages how many
 * @param rules stands for the rules: another text means that they have changed; empty where they
 *     left out nothing
 */
public record LeftOutBefore(long messages, String rules) {
  /** Nothing was left out. */
  public static final LeftOutBefore NONE = new LeftOutBefore(0, "");
}
