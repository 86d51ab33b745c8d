package org.mailcaravan.model;

import java.util.List;
import java.util.stream.IntStream;

/** Long lists in parts, since no statement takes any number of parameters. */
public final class Parts {
  private Parts() {}

  /**
   * The parts of a list, in its order; none of an empty one.
   *
   * @param most in one part, 1 or more
   */
  public static <T> List<List<T>> of(List<T> all, int most) {
    return IntStream.iterate(0, from -> from < all.size(), from -> from + most)
        .mapToObj(from -> all.subList(from, Math.min(all.size(), from + most)))
        .toList();
  }
}
