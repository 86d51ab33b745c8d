package org.mailcaravan.tickets;

import java.time.Instant;
import java.util.List;
import org.mailcaravan.report.CustomerFile;

/**
 * What is told of a migration, as the routes {@code tell-…} have it in their body. No password is
 * in it; what strangers have written is fit to be shown.
 *
 * @param event the number of what happened; the same each time that it is told
 * @param at when it happened
 * @param message which it is, such as {@code first-pass-done}
 * @param receiver who is told, such as {@code zammad}
 * @param migration its id
 * @param name of the request
 * @param ticket as the request has it; empty for none
 * @param stage where the migration is now, such as {@code waiting-for-cutover}
 * @param mailboxes how many it has
 * @param domains those whose mail is moved, at most 100, in ASCII
 * @param reason why it happened, in English, for the people of the hosting provider
 * @param language {@code en} or {@code de}
 * @param subject in one line
 * @param text plain, with LF
 * @param html the same as a page
 * @param isInternal whether the customer is not to read it
 * @param isLast whether the ticket is to be closed with it: no open migration has it any more
 * @param hasFiles whether there is something for the customer to keep
 * @param files what of it goes with the message; only with a mail
 */
public record TicketMessage(
    long event,
    Instant at,
    String message,
    String receiver,
    String migration,
    String name,
    String ticket,
    String stage,
    int mailboxes,
    List<String> domains,
    String reason,
    String language,
    String subject,
    String text,
    String html,
    boolean isInternal,
    boolean isLast,
    boolean hasFiles,
    List<CustomerFile> files) {
  public TicketMessage {
    domains = List.copyOf(domains);
    files = List.copyOf(files);
  }

  @Override
  public String toString() {
    return "the message " + message + " of event " + event + " of " + migration;
  }
}
