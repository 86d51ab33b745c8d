package org.mailcaravan.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who sent a request, and so where its answer goes. */
public sealed interface Sender permits ReplyTo, DroppedFile, Caller {
  /** The way that the answer goes. */
  Channel channel();

  /**
   * Makes a request known again when it comes once more: it opens one migration. Null where nothing
   * does.
   */
  @Nullable String requestKey();

  /** The language of the answer; null where the request does not tell it. */
  @Nullable Language language();

  /** What is to be told beside what became of the rows, a sentence each. */
  List<String> notes();
}
