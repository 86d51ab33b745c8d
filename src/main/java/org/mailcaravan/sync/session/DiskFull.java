package org.mailcaravan.sync.session;

import java.io.IOException;
import java.util.Locale;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Where;

/** There is no room on our disk for a message; nothing of it is lost where it is. */
public final class DiskFull extends IOException {
  private static final long serialVersionUID = 1L;

  DiskFull(String message) {
    super(message);
  }

  /** Whether it is the disk that an operation failed at, as Linux, macOS and Windows say it. */
  public static boolean isMeantBy(IOException failure) {
    String words = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    return failure instanceof DiskFull
        || words.contains("no space left")
        || words.contains("not enough space")
        || words.contains("quota exceeded");
  }

  /** What it means for the folder that was under way. */
  public static NeedsAttention problem(Where place, IOException failure, Throwable cause) {
    return new NeedsAttention(
        new Problem(
            ProblemCode.DISK_FULL,
            place,
            "there is no room on our disk: " + failure.getMessage(),
            Owner.US,
            "Make room in the data folder, or raise the property that is named, and run the request again;"
                + " nothing is lost, and what has arrived will not be copied twice."),
        cause);
  }
}
