package org.mailcaravan.passes;

import java.util.Locale;
import java.util.stream.Collectors;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxMaker;
import org.mailcaravan.model.Preflight;
import org.mailcaravan.model.Problem;

/** What was found before anything was copied, as the line of an event. */
final class PreflightWords {
  private PreflightWords() {}

  static String of(Preflight found, Mailbox mailbox, MailboxMaker maker) {
    if (!found.problems().isEmpty()) {
      return found.problems().stream()
          .map(maker::shown)
          .map(Problem::toString)
          .collect(Collectors.joining("\n"));
    }
    return found.source().folders() == 0
        ? "both logins work"
        : String.format(
            Locale.ROOT,
            "both logins work; %s has %,d messages in %,d folders",
            mailbox.source().host(),
            found.source().messages(),
            found.source().folders());
  }
}
