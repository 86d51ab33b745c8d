package org.mailcaravan;

import jakarta.mail.internet.InternetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.component.mail.Arrivals;
import org.mailcaravan.component.mail.SupportMailComponent;
import org.mailcaravan.component.mail.SupportMailbox;
import org.mailcaravan.console.ServiceActions.Account;
import org.mailcaravan.imap.ConnectionRules;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.imap.Credentials;
import org.mailcaravan.imap.TrustedTls;
import org.mailcaravan.intake.MailLabels;
import org.mailcaravan.intake.MailRequests;
import org.mailcaravan.intake.Orders;
import org.mailcaravan.intake.RequestRules;
import org.mailcaravan.intake.Schedule;
import org.mailcaravan.intake.SourceServers;
import org.mailcaravan.intake.mail.MailLimits;
import org.mailcaravan.intake.mail.MailReader;
import org.mailcaravan.intake.mail.SenderCheck;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.Side;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.Settings;
import org.mailcaravan.store.AnswerThreads;
import org.mailcaravan.store.Answers;
import org.mailcaravan.store.Controls;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.FailedLooks;
import org.mailcaravan.store.LeftMails;
import org.mailcaravan.store.MailboxLogins;
import org.mailcaravan.store.PasswordTrials;
import org.mailcaravan.store.Timers;
import org.mailcaravan.tickets.AnswerMails;
import org.mailcaravan.tickets.AnswerText;
import org.mailcaravan.tickets.Smtp;

/**
 * Requests that come by mail, and the answers that go by mail: their beans, by the names of the
 * routes.
 */
final class SupportMail {
  /** The name of its component. */
  static final String COMPONENT = "support-mail";

  /** The names of its beans. */
  static final Set<String> NAMES =
      Set.of(COMPONENT, "support-mailbox", "mail-requests", "mail-orders", "answer-mails");

  private SupportMail() {}

  /** The mailbox, as the settings say. */
  static SupportMailbox mailbox(Settings settings, Server server, Database database, Clock clock) {
    return new SupportMailbox(
        new SupportMailbox.Account(
            settings.get(Keys.MAIL_PROTOCOL).word(),
            server,
            settings.get(Keys.MAIL_USERNAME),
            settings.get(Keys.MAIL_PASSWORD),
            settings.get(Keys.MAIL_FOLDER)),
        settings.get(Keys.MAIL_LARGEST) << 20,
        TrustedTls.context(settings.get(Keys.TLS_EXTRA_CA_FILE).orElse(null)),
        new LeftMails(database, clock));
  }

  /** Where mails come in; each generation of routes has its own. */
  static SupportMailComponent component(
      Settings settings,
      Server server,
      SupportMailbox mailbox,
      Database database,
      Timers timers,
      Clock clock) {
    return new SupportMailComponent(
        mailbox, timers, new FailedLooks(database, clock), arrivals(settings, server), clock);
  }

  /**
   * The beans of a service that has a support mailbox, without its component.
   *
   * @param attachments where contacts and calendars wait for their mailboxes
   */
  static Map<String, Object> beans(
      Settings settings,
      SupportMailbox mailbox,
      RequestRules rules,
      SourceServers sources,
      Database database,
      Answers answers,
      AnswerText text,
      Path attachments,
      Controls controls,
      PasswordTrial passwords,
      PasswordTrials trials,
      Schedule schedule,
      Clock clock) {
    AnswerThreads threads = new AnswerThreads(database);
    return Map.of(
        "support-mailbox",
        mailbox,
        "mail-requests",
        requests(
            settings,
            rules,
            sources,
            answers,
            threads,
            new MailboxLogins(database),
            trials,
            mailbox::goOn,
            attachments),
        "mail-orders",
        new Orders(
            database,
            answers,
            threads,
            controls,
            (id, side, password, actor) ->
                passwords.changeOfCustomer(
                    id,
                    side == Side.SOURCE ? Account.SOURCE : Account.DESTINATION,
                    password,
                    actor),
            trials,
            rules.destinationPasswordRequired(),
            mailbox::goOn,
            clock,
            schedule),
        "answer-mails",
        new AnswerMails(text, threads, smtp(settings, clock)));
  }

  /** Who tells of mail; null without IDLE. */
  private static @Nullable Arrivals arrivals(Settings settings, Server server) {
    if (!settings.get(Keys.MAIL_IDLE)
        || settings.get(Keys.MAIL_PROTOCOL) != Keys.MailProtocol.IMAP) {
      return null;
    }
    Duration renewal = settings.get(Keys.MAIL_IDLE_RENEWAL);
    ConnectionRules rules =
        new ConnectionRules(
            true,
            Set.of(),
            true,
            Set.of(),
            settings.get(Keys.CONNECT_TIMEOUT),
            // The server may say nothing as long as it has nothing to tell.
            renewal.plusMinutes(1),
            settings.get(Keys.TLS_EXTRA_CA_FILE).orElse(null));
    return new Arrivals(
        new Connector(rules),
        server,
        new Credentials.Password(
            settings.get(Keys.MAIL_USERNAME), settings.get(Keys.MAIL_PASSWORD)),
        settings.get(Keys.MAIL_FOLDER),
        renewal);
  }

  private static MailRequests requests(
      Settings settings,
      RequestRules rules,
      SourceServers sources,
      Answers answers,
      AnswerThreads threads,
      MailboxLogins logins,
      PasswordTrials trials,
      Runnable goOn,
      Path attachments) {
    return new MailRequests(
        new MailReader(
            MailLimits.STANDARD.ofOctets(settings.get(Keys.MAIL_LARGEST) << 20),
            new SenderCheck(
                settings.get(Keys.MAIL_ALLOWED_SENDERS),
                settings.get(Keys.MAIL_AUTHSERV_ID),
                own(settings))),
        MailLabels.read(settings.get(Keys.MAIL_LABELS)),
        rules,
        sources,
        answers,
        threads,
        logins,
        trials,
        goOn,
        attachments,
        ticket(settings.get(Keys.TELL_TICKET_PATTERN)));
  }

  private static @Nullable Pattern ticket(String pattern) {
    return pattern.isEmpty() ? null : Pattern.compile(pattern);
  }

  /** The addresses that our answers come from, and that of the mailbox. */
  private static Set<String> own(Settings settings) {
    return Stream.of(
            settings.get(Keys.MAIL_FROM).map(InternetAddress::getAddress).orElse(""),
            settings.get(Keys.MAIL_ENVELOPE_FROM).map(InternetAddress::getAddress).orElse(""),
            settings.get(Keys.MAIL_USERNAME),
            settings.get(Keys.SMTP_USERNAME))
        .filter(address -> address.contains("@"))
        .map(address -> address.toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The server that mails go out by; where smtp.host and mail.from are set. */
  static Smtp smtp(Settings settings, Clock clock) {
    return new Smtp(
        new Smtp.Account(
            settings.smtpServer().orElseThrow(),
            settings.get(Keys.SMTP_USERNAME),
            settings.get(Keys.SMTP_PASSWORD),
            settings.get(Keys.MAIL_FROM).orElseThrow(),
            settings.get(Keys.MAIL_ENVELOPE_FROM).map(InternetAddress::getAddress).orElse("")),
        TrustedTls.context(settings.get(Keys.TLS_EXTRA_CA_FILE).orElse(null)),
        settings.get(Keys.CONNECT_TIMEOUT),
        clock);
  }
}
