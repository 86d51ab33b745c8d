package org.mailcaravan.cutover;

import java.util.List;

/**
 * What an answer is worth.
 *
 * @param words why, for people
 * @param publish the lines of a zone file that would make it good; empty where there is nothing to
 *     do, or nothing that we can know
 */
record Judgement(Status status, String words, List<String> publish) {
  Judgement {
    publish = List.copyOf(publish);
  }

  static Judgement pass(String words) {
    return new Judgement(Status.PASS, words, List.of());
  }

  static Judgement warning(String words, List<String> publish) {
    return new Judgement(Status.WARNING, words, publish);
  }

  static Judgement fail(String words, List<String> publish) {
    return new Judgement(Status.FAIL, words, publish);
  }

  static Judgement unknown(String words) {
    return new Judgement(Status.UNKNOWN, words, List.of());
  }
}
