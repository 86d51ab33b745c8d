package org.mailcaravan.sync.verify;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.store.Stamp;
import org.mailcaravan.store.VerifiedFolders.Verified;

/**
 * What the last comparison of a folder showed, as far as it still counts.
 *
 * @param last null when the folder was not compared before, or its messages have other numbers now
 * @param alike source messages whose copies were read before and are the same; the next comparison
 *     adds to it
 */
record EarlierComparison(@Nullable Verified last, ComparedBefore alike) {
  static EarlierComparison none() {
    return new EarlierComparison(null, new ComparedBefore());
  }

  /**
   * @param deep whether the next comparison is of contents, so that no finding stands
   * @param readsAnew whether it is to find out anew what is the same, so that only findings stand
   */
  static EarlierComparison of(Verified last, boolean deep, boolean readsAnew) {
    ComparedBefore all = ComparedBefore.parse(last.alike());
    ComparedBefore kept = deep ? all.withoutFindings() : all;
    return new EarlierComparison(last, readsAnew ? kept.findings() : kept);
  }

  /**
   * What only a comparison of contents could find, by source UID; stands until the next of these.
   */
  Map<Long, Difference> altered() {
    Map<Long, Difference> altered = new HashMap<>();
    if (last != null) {
      last.account().listed().stream()
          .filter(listed -> listed.reason() == FolderCertificate.Reason.ALTERED)
          .filter(listed -> listed.finding() != FolderCertificate.Finding.OTHER_DATE)
          .forEach(listed -> altered.put(listed.uid(), Difference.of(listed)));
    }
    return altered;
  }

  /** Source UIDs of messages whose copies had a wrong system flag. */
  UidSet wrongFlags() {
    String wrong = last == null ? null : last.wrongFlags();
    return wrong == null || wrong.isEmpty() ? new UidSet() : UidSet.parse(wrong);
  }

  FolderCertificate.Flags flags() {
    return last == null ? FolderCertificate.Flags.NONE : last.account().flags();
  }

  /** Whether the new server had some copies more than once. */
  boolean hadSurplus() {
    return last != null && last.account().surplus().copies() > 0;
  }

  /** How the destination folder stood, or null when that is not known. */
  @Nullable Stamp destination() {
    return last == null ? null : last.destination();
  }
}
