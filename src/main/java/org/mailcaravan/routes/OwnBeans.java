package org.mailcaravan.routes;

import java.util.Map;

/**
 * The beans that belong to one generation of routes alone, such as components: Camel ties them to
 * its context.
 */
public interface OwnBeans {
  /** None. */
  OwnBeans NONE = Map::of;

  /** By their names; the same at each call. */
  Map<String, Object> beans();

  /** The routes of this generation run; what comes from outside from now on is theirs. */
  default void takeOver() {}

  /** Whether a call from outside is under way that its routes may not have yet. */
  default boolean isBusy() {
    return false;
  }
}
