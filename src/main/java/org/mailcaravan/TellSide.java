package org.mailcaravan;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.clients.ClientWords;
import org.mailcaravan.cutover.DomainDns;
import org.mailcaravan.cutover.RecordsToPublish;
import org.mailcaravan.http.HttpConnections;
import org.mailcaravan.intake.AnswerFiles;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.MigrationMessage;
import org.mailcaravan.report.CustomerFiles;
import org.mailcaravan.settings.Key;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.Settings;
import org.mailcaravan.store.AnswerThreads;
import org.mailcaravan.store.Answers;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Events;
import org.mailcaravan.store.Receiver;
import org.mailcaravan.store.Receiver.Reach;
import org.mailcaravan.store.Tellings;
import org.mailcaravan.store.ToldMigrations;
import org.mailcaravan.tickets.AnswerTemplates;
import org.mailcaravan.tickets.AnswerText;
import org.mailcaravan.tickets.DueTellings;
import org.mailcaravan.tickets.Freshdesk;
import org.mailcaravan.tickets.TellingFiles;
import org.mailcaravan.tickets.TellingMails;
import org.mailcaravan.tickets.TellingTemplates;
import org.mailcaravan.tickets.TellingText;
import org.mailcaravan.tickets.Webhook;
import org.mailcaravan.tickets.Whmcs;
import org.mailcaravan.tickets.Zammad;
import org.mailcaravan.tickets.Zendesk;

/** What is told of migrations, and to whom: the beans, by the names of the routes. */
final class TellSide {
  /** The names of its beans. */
  static final Set<String> NAMES =
      Set.of(
          "tellings",
          "telling-mails",
          "telling-files",
          "webhook",
          "whmcs",
          "zammad",
          "zendesk",
          "freshdesk");

  /** Where a receiver has no address: nobody is told there, and its route has its bean. */
  private static final URI NOWHERE = URI.create("https://localhost/");

  private final Map<String, Object> beans = new HashMap<>();
  private final Settings settings;

  /**
   * The beans of a service.
   *
   * @param words the sentences of the languages
   * @param accepted what the answers to requests say
   * @param dns tells the records to publish
   * @param files what customers get to keep
   * @param hasMail whether mails can be sent
   */
  TellSide(
      Settings settings,
      Database database,
      Events events,
      String node,
      Answers answers,
      Map<Language, AnswerTemplates> words,
      AnswerText accepted,
      DomainDns dns,
      CustomerFiles files,
      boolean hasMail,
      Clock clock) {
    this.settings = settings;
    Path templates = settings.get(Keys.MAIL_TEMPLATES);
    Language usual = settings.get(Keys.MAIL_LANGUAGE);
    Tellings tellings =
        new Tellings(
            database,
            events,
            node,
            settings.get(Keys.NODE_LEASE),
            receivers(hasMail),
            settings.get(Keys.TELL_MAIL_PER_HOUR),
            clock);
    tellings.recover();
    beans.put(
        "tellings",
        new DueTellings(
            tellings,
            new TellingText(
                new ToldMigrations(database, settings.get(Keys.CREATE_MAILBOX)),
                answers,
                new TellingText.Words(
                    TellingTemplates.all(templates, usual),
                    words,
                    usual,
                    settings.get(Keys.SCHEDULE_ZONE),
                    accepted),
                new TellingText.HandOver(
                    new RecordsToPublish(dns, settings)::of,
                    settings.looksAtDomains(),
                    new ClientWords(settings)::lines,
                    files::toMail),
                clock)));
    beans.put(
        "telling-files",
        new TellingFiles(
            answers,
            settings.get(Keys.SCHEDULE_ZONE),
            new AnswerFiles(settings.get(Keys.DROP_FOLDER))::add));
    if (hasMail) {
      beans.put(
          "telling-mails",
          new TellingMails(
              answers, new AnswerThreads(database), SupportMail.smtp(settings, clock)));
    }
    addHttp(
        new HttpConnections(DestinationSide.connector(settings), settings.get(Keys.TELL_PATIENCE)),
        clock);
  }

  private void addHttp(HttpConnections http, Clock clock) {
    beans.put(
        "webhook",
        new Webhook(
            url(Keys.TELL_WEBHOOK_URL), settings.get(Keys.TELL_WEBHOOK_SECRET), http, clock));
    beans.put(
        "whmcs",
        new Whmcs(
            url(Keys.TELL_WHMCS_URL),
            settings.get(Keys.TELL_WHMCS_IDENTIFIER),
            settings.get(Keys.TELL_WHMCS_SECRET),
            settings.get(Keys.TELL_WHMCS_ADMIN),
            http,
            clock));
    beans.put(
        "zammad",
        new Zammad(url(Keys.TELL_ZAMMAD_URL), settings.get(Keys.TELL_ZAMMAD_TOKEN), http, clock));
    beans.put(
        "zendesk",
        new Zendesk(
            url(Keys.TELL_ZENDESK_URL),
            settings.get(Keys.TELL_ZENDESK_USERNAME),
            settings.get(Keys.TELL_ZENDESK_TOKEN),
            http,
            clock));
    beans.put(
        "freshdesk",
        new Freshdesk(
            url(Keys.TELL_FRESHDESK_URL), settings.get(Keys.TELL_FRESHDESK_KEY), http, clock));
  }

  private URI url(Key<Optional<URI>> key) {
    return settings.get(key).orElse(NOWHERE);
  }

  private List<Receiver> receivers(boolean hasMail) {
    List<Receiver> desks = new ArrayList<>();
    add(desks, "whmcs", Keys.TELL_WHMCS_URL, Keys.TELL_WHMCS_MESSAGES, Reach.WITH_TICKET);
    add(desks, "zammad", Keys.TELL_ZAMMAD_URL, Keys.TELL_ZAMMAD_MESSAGES, Reach.WITH_TICKET);
    add(desks, "zendesk", Keys.TELL_ZENDESK_URL, Keys.TELL_ZENDESK_MESSAGES, Reach.WITH_TICKET);
    add(
        desks,
        "freshdesk",
        Keys.TELL_FRESHDESK_URL,
        Keys.TELL_FRESHDESK_MESSAGES,
        Reach.WITH_TICKET);
    List<Receiver> receivers = new ArrayList<>();
    if (hasMail) {
      Set<MigrationMessage> forCustomers = EnumSet.allOf(MigrationMessage.class);
      forCustomers.removeIf(MigrationMessage::isInternal);
      forCustomers.retainAll(settings.get(Keys.TELL_MAIL_MESSAGES));
      // A mail to a help desk would come into its ticket a second time.
      Reach reach = desks.isEmpty() ? Reach.BY_MAIL : Reach.BY_MAIL_WITHOUT_TICKET;
      receivers.add(new Receiver(Receiver.MAIL, forCustomers, reach));
    }
    receivers.add(new Receiver("drop", settings.get(Keys.TELL_DROP_MESSAGES), Reach.BY_FILE));
    add(receivers, "webhook", Keys.TELL_WEBHOOK_URL, Keys.TELL_WEBHOOK_MESSAGES, Reach.ALL);
    receivers.addAll(desks);
    for (String name : settings.get(Keys.TELL_RECEIVERS)) {
      receivers.add(new Receiver(name, EnumSet.allOf(MigrationMessage.class), Reach.ALL));
    }
    return receivers;
  }

  private void add(
      List<Receiver> receivers,
      String name,
      Key<Optional<URI>> url,
      Key<Set<MigrationMessage>> messages,
      Reach reach) {
    if (settings.get(url).isPresent()) {
      receivers.add(new Receiver(name, settings.get(messages), reach));
    }
  }

  Map<String, Object> beans() {
    return Map.copyOf(beans);
  }
}
