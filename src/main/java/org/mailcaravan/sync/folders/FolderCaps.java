package org.mailcaravan.sync.folders;

import java.util.Optional;
import java.util.Set;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Where;

/**
 * Servers that show by IMAP only so many messages of a folder. STATUS and FETCH agree on that
 * number; only its roundness gives it away.
 */
public final class FolderCaps {
  /** The sizes that Gmail's setting "limit IMAP folders" offers. */
  static final Set<Long> GMAIL = Set.of(1_000L, 2_000L, 5_000L, 10_000L);

  private static final long YAHOO = 10_000;

  private static final String GMAIL_SETTING =
      "Ask the customer to open Gmail's settings, \"Forwarding and POP/IMAP\", \"Folder size"
          + " limits\", and to choose \"Do not limit the number of messages in an IMAP"
          + " folder\"; then run the request again.";

  private static final String SMALLER_FOLDERS =
      "Ask the customer to move messages to further folders of at most 10,000 each; then run"
          + " the request again.";

  private FolderCaps() {}

  /** What to tell of a folder that shows exactly as many messages as a cap lets through. */
  public static Optional<Problem> problem(SourceKind kind, ListedFolder folder) {
    long messages = Listing.messages(folder);
    if (kind == SourceKind.GMAIL && GMAIL.contains(messages)) {
      return Optional.of(
          problem(
              folder,
              messages,
              "which is a size that Gmail's settings offer as a limit",
              Owner.CUSTOMER,
              GMAIL_SETTING
                  + " If that is chosen already, the number is chance, and nothing is missing."));
    }
    if (kind == SourceKind.YAHOO && messages == YAHOO) {
      return Optional.of(
          problem(
              folder,
              messages,
              "the most that this provider shows of a folder by IMAP",
              Owner.CUSTOMER,
              SMALLER_FOLDERS));
    }
    return Optional.empty();
  }

  /** What to tell of a folder whose server announces more messages than it shows. */
  public static Problem partialView(SourceKind kind, Where place, long shown, long announced) {
    return new Problem(
        ProblemCode.PARTIAL_VIEW,
        place,
        "the old provider announces "
            + announced
            + (announced == 1 ? " message" : " messages")
            + " but shows "
            + (shown == 0 ? "none" : "only " + shown),
        kind == SourceKind.GMAIL || kind == SourceKind.YAHOO ? Owner.CUSTOMER : Owner.OLD_HOST,
        switch (kind) {
          case GMAIL -> GMAIL_SETTING;
          case YAHOO -> SMALLER_FOLDERS;
          default ->
              "Ask the old provider to lift its limit on what IMAP shows, or run the request again later.";
        });
  }

  private static Problem problem(
      ListedFolder folder, long messages, String why, Owner owner, String nextStep) {
    return new Problem(
        ProblemCode.FOLDER_CAPPED,
        Where.folder(folder.name()),
        "it shows exactly " + messages + " messages, " + why + "; older ones may be hidden",
        owner,
        nextStep);
  }
}
