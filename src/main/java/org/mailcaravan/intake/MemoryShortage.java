package org.mailcaravan.intake;

import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Where;

/** The problem of a request that does not fit into memory. */
public final class MemoryShortage {
  private MemoryShortage() {}

  /** The problem of a request of this name. */
  public static Problem problem(String name) {
    return new Problem(
        ProblemCode.OTHER,
        Where.file(name),
        "the program ran out of its memory ("
            + (Runtime.getRuntime().maxMemory() >> 20)
            + " MiB) over it",
        Owner.US,
        "Split the file into smaller ones, each with the header, or give the program more memory"
            + " (MAILCARAVAN_OPTS=-Xmx512m).");
  }
}
