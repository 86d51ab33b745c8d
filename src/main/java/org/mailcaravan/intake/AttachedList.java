package org.mailcaravan.intake;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.intake.mail.MailFile;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;

/**
 * A file of a mail that may be a list of mailboxes.
 *
 * @param raw null where it is none that can be read
 * @param problems why not
 */
record AttachedList(MailFile file, @Nullable RawRequest raw, List<Problem> problems) {
  static AttachedList parse(MailFile file) {
    try {
      return new AttachedList(file, RawRequest.parse(file.octets(), file.name()), List.of());
    } catch (RequestRejected e) {
      return new AttachedList(file, null, e.problems());
    }
  }

  /** The same with another name. */
  AttachedList named(String other) {
    return other.equals(name()) ? this : parse(file.named(other));
  }

  String name() {
    return file.name();
  }

  /** As the names of its columns tell. */
  Optional<Language> language() {
    return Optional.ofNullable(raw).map(list -> HeaderNames.language(list.facts().reading()));
  }

  /** Whether it is a text that somebody wrote, and no list. */
  boolean isNote() {
    return raw == null && MailFile.ending(file.name()).equals("txt");
  }

  /** What stands in it; nothing where it is no text. */
  String text() {
    try {
      return RequestText.of(file.octets(), file.name()).text();
    } catch (RequestRejected e) {
      return "";
    }
  }
}
