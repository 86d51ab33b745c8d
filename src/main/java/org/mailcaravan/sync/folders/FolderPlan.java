package org.mailcaravan.sync.folders;

import java.util.Set;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.FolderStatus;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Where;

/** One folder of a mailbox, and where it goes: what {@code mailbox:pull} works on. */
public record FolderPlan(Mailbox mailbox, FolderMapping mapping) {
  /** RFC 6154 and RFC 8457. */
  private static final Set<String> SPECIAL_USES =
      Set.of(
          "\\sent",
          "\\drafts",
          "\\trash",
          "\\junk",
          "\\archive",
          "\\all",
          "\\flagged",
          "\\important");

  /** The name of the folder at the source, for a step in a route that looks at it. */
  public String folder() {
    return mapping.source().name().text();
  }

  /** Its name at the destination. */
  public String destination() {
    return mapping.destination();
  }

  /** What it is for, such as {@code junk}, as the source says (RFC 6154); empty if it does not. */
  public String role() {
    return mapping.source().attributes().stream()
        .filter(SPECIAL_USES::contains)
        .map(attribute -> attribute.substring(1))
        .findFirst()
        .orElse("");
  }

  /** How many messages the source says are in it; -1 if it does not. */
  public long messages() {
    FolderStatus status = mapping.source().status();
    return status == null ? -1 : status.messages();
  }

  /** Their size in octets; -1 if the source does not say. */
  public long bytes() {
    FolderStatus status = mapping.source().status();
    return status == null ? -1 : status.size();
  }

  public FolderName name() {
    return mapping.source().name();
  }

  /** The folder, for problems. */
  public Where place() {
    return Where.folder(name());
  }

  @Override
  public String toString() {
    return mapping.source().name() + " of " + mailbox;
  }
}
