package org.mailcaravan.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.mailcaravan.providers.Finding;
import org.mailcaravan.providers.Finding.Found;
import org.mailcaravan.providers.Finding.NoImap;
import org.mailcaravan.providers.Finding.NotFound;
import org.mailcaravan.providers.LoginKind;
import org.mailcaravan.providers.Provider;

/** Where somebody's mail is, for people. */
public final class ProviderText {
  private static final int LABEL = 14;

  private final StringBuilder text = new StringBuilder();
  private final int width;

  private ProviderText(int width) {
    this.width = width;
  }

  /**
   * The text, with a line end.
   *
   * @param usable whether rows may go there without naming the server
   * @param width of a line in columns
   */
  public static String of(String domain, Finding finding, boolean usable, int width) {
    ProviderText text = new ProviderText(width);
    text.line("Domain", domain);
    if (finding instanceof Found found) {
      text.server(found, usable);
    } else if (finding instanceof NoImap none) {
      text.line("Server", "none that we can reach");
      text.line("Found by", none.way().words() + " (" + none.evidence() + ")");
      text.provider(none.provider());
    } else {
      text.line("Server", "not found");
      ((NotFound) finding).tried().forEach(tried -> text.line("Tried", tried.toString()));
    }
    return text.text.toString();
  }

  private void line(String label, String words) {
    String indent = " ".repeat(LABEL);
    text.append(TextWidth.padRight(label, LABEL))
        .append(Wrapped.of(words, indent, width).substring(LABEL));
  }

  private void server(Found found, boolean usable) {
    line(
        "Server",
        "%s, port %d, %s"
            .formatted(
                found.server().host(), found.server().port(), found.server().security().word()));
    line("Found by", found.way().words() + " (" + found.evidence() + ")");
    if (!usable) {
      line(
          "To confirm",
          "Anybody on the way could have forged this: see with the customer that it is the right"
              + " server, and write it into source_imap_server.");
    }
    line("Login name", found.userName().words());
    if (!found.logins().isEmpty()) {
      line(
          "Logs in with",
          found.logins().stream().sorted().map(LoginKind::word).collect(Collectors.joining(", ")));
    }
    if (found.provider() != null) {
      provider(found.provider());
    }
  }

  private void provider(Provider provider) {
    line("Provider", provider.name());
    limits(provider.limits()).forEach(limit -> line("Limit", limit));
    if (!provider.leftOut().isEmpty()) {
      line("Left out", String.join(", ", provider.leftOut()));
    }
    line("Tell them", provider.help().en());
    line("In German", provider.help().de());
    line("More", provider.help().link());
    line("Source", provider.source());
  }

  private static List<String> limits(Provider.Limits limits) {
    List<String> words = new ArrayList<>();
    if (limits.connections() > 0) {
      words.add(limits.connections() + " connections for one mailbox");
    }
    if (limits.mailboxesAtOnce() > 0) {
      words.add(limits.mailboxesAtOnce() + " mailboxes at the same time");
    }
    if (limits.mibADay() > 0) {
      words.add(Amounts.count(limits.mibADay()) + " MiB of one mailbox in 24 hours");
    }
    return words;
  }
}
