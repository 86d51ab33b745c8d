package org.mailcaravan;

import jakarta.mail.internet.InternetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.util.concurrent.CamelThreadFactory;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.clients.ClientFiles;
import org.mailcaravan.clients.ClientGuides;
import org.mailcaravan.clients.ReportedClients;
import org.mailcaravan.component.mail.SupportMailComponent;
import org.mailcaravan.component.mail.SupportMailbox;
import org.mailcaravan.component.mailbox.Retries;
import org.mailcaravan.dav.DavTransport;
import org.mailcaravan.dav.Groupware;
import org.mailcaravan.dav.GroupwareImport;
import org.mailcaravan.dav.ImportSink;
import org.mailcaravan.dav.ProviderImport;
import org.mailcaravan.imap.TrustedTls;
import org.mailcaravan.intake.AnswerFiles;
import org.mailcaravan.intake.DropFolder;
import org.mailcaravan.intake.RejectedRows;
import org.mailcaravan.intake.RequestReader;
import org.mailcaravan.intake.RequestRules;
import org.mailcaravan.intake.Requests;
import org.mailcaravan.intake.Schedule;
import org.mailcaravan.intake.SealedRows;
import org.mailcaravan.intake.SourceServers;
import org.mailcaravan.intake.Uploads;
import org.mailcaravan.model.FinalPasses;
import org.mailcaravan.model.HostLimits;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxMaker;
import org.mailcaravan.model.Notice;
import org.mailcaravan.model.Progress;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.Window;
import org.mailcaravan.oauth.Tokens;
import org.mailcaravan.oauth.UntilStopped;
import org.mailcaravan.passes.AfterSteps;
import org.mailcaravan.passes.Checks;
import org.mailcaravan.passes.Closing;
import org.mailcaravan.passes.MailboxSessions;
import org.mailcaravan.passes.Preflights;
import org.mailcaravan.passes.SourceHosts;
import org.mailcaravan.passes.Verifications;
import org.mailcaravan.policies.Policies;
import org.mailcaravan.providers.Discovery;
import org.mailcaravan.providers.Providers;
import org.mailcaravan.report.CertificateTemplate;
import org.mailcaravan.report.Certificates;
import org.mailcaravan.report.CustomerFiles;
import org.mailcaravan.report.NightDigest;
import org.mailcaravan.report.Reports;
import org.mailcaravan.routes.CamelProgram;
import org.mailcaravan.routes.OwnBeans;
import org.mailcaravan.routes.RouteReload;
import org.mailcaravan.routes.RunningRoutes;
import org.mailcaravan.secrets.CredentialPurge;
import org.mailcaravan.secrets.KeyFile;
import org.mailcaravan.secrets.KeyRing;
import org.mailcaravan.secrets.KeySlots;
import org.mailcaravan.secrets.KeySource;
import org.mailcaravan.secrets.KeyTable;
import org.mailcaravan.secrets.MemoryVault;
import org.mailcaravan.secrets.RingCheck;
import org.mailcaravan.secrets.SealedVault;
import org.mailcaravan.secrets.Vault;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.Settings;
import org.mailcaravan.store.Answers;
import org.mailcaravan.store.AppliedPolicies;
import org.mailcaravan.store.Closings;
import org.mailcaravan.store.Controls;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Digests;
import org.mailcaravan.store.DueReports;
import org.mailcaravan.store.Events;
import org.mailcaravan.store.Forecasts;
import org.mailcaravan.store.HostHabits;
import org.mailcaravan.store.Hosts;
import org.mailcaravan.store.Lives;
import org.mailcaravan.store.MailboxLogins;
import org.mailcaravan.store.Migrations;
import org.mailcaravan.store.NamedBefore;
import org.mailcaravan.store.NeededFiles;
import org.mailcaravan.store.NeededPasswords;
import org.mailcaravan.store.NodeNames;
import org.mailcaravan.store.Origin;
import org.mailcaravan.store.Outage;
import org.mailcaravan.store.PasswordTrials;
import org.mailcaravan.store.Pauses;
import org.mailcaravan.store.PreflightRows;
import org.mailcaravan.store.PreflightView;
import org.mailcaravan.store.PulledResources;
import org.mailcaravan.store.RefusedLogins;
import org.mailcaravan.store.Removals;
import org.mailcaravan.store.SlippedForecasts;
import org.mailcaravan.store.StepQueue;
import org.mailcaravan.store.StoredResources;
import org.mailcaravan.store.TimeWindows;
import org.mailcaravan.store.Timers;
import org.mailcaravan.store.ToldMigrations;
import org.mailcaravan.store.ToldRequests;
import org.mailcaravan.sync.MailboxOperations;
import org.mailcaravan.sync.copy.ByteBudget;
import org.mailcaravan.sync.session.CopySettings;
import org.mailcaravan.sync.session.HostReports;
import org.mailcaravan.sync.session.MailboxSession;
import org.mailcaravan.sync.session.PassTally;
import org.mailcaravan.sync.session.Patience;
import org.mailcaravan.sync.session.SlowLink;
import org.mailcaravan.tickets.AnswerTemplates;
import org.mailcaravan.tickets.AnswerText;
import org.mailcaravan.tickets.DigestMails;
import org.mailcaravan.tickets.DueAnswers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes every bean, in the order in which they need each other, and binds the names that the routes
 * use.
 */
final class Wiring implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

  private static final String DIGEST_MAILS = "digest-mails";

  /** Beans that only some services have. */
  private static final Set<String> BEANS_OF_SOME =
      Stream.of(SupportMail.NAMES, TellSide.NAMES, Set.of(DIGEST_MAILS))
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  /** A look at a mailbox that takes too long has so long to end. */
  private static final Duration PREFLIGHT_GRACE = Duration.ofSeconds(60);

  private static final long MIB = 1 << 20;

  private final Settings settings;
  private final Launcher.Mode mode;
  private final Providers providers;
  private final Policies policies;
  private final Discovery discovery;
  private final Database database;
  private final Database ledgerDatabase;
  private final ProgramFolder folder;
  private final Vault vault;
  private @Nullable KeySlots keySlots;
  private final MailboxSessions sessions;
  private final UntilStopped person = new UntilStopped();
  private final EndedMigrations endedMigrations;
  private final Consumer<String> stepNotDone;
  private final DropFolder dropFolder;
  private final PassLife life;
  private final Preflights preflights;
  private final AfterSteps afterSteps;
  private final CutoverSide cutover;
  private final @Nullable ServiceApi serviceApi;
  private final @Nullable Supplier<SupportMailComponent> supportMail;
  private final CamelProgram camel;

  /**
   * Not by a thread pool profile: Camel interrupts the threads of one when it stops, in the middle
   * of a message. These end with the last mailbox.
   */
  private final ExecutorService checkThreads;

  /** As many as the lanes of all mailboxes that run. */
  private final ExecutorService laneThreads = Executors.newCachedThreadPool(named("lane-threads"));

  /**
   * With what config/providers.yaml and config/policies.yaml say.
   *
   * @throws RequestRejected when one of them is wrong
   */
  Wiring(Settings settings, Launcher.Mode mode, Progress watcher) {
    this(settings, mode, watcher, YamlSettings.read(settings).requireFaultless());
  }

  Wiring(Settings settings, Launcher.Mode mode, Progress watcher, YamlSettings yaml) {
    this.settings = settings;
    this.mode = mode;
    Map<String, Object> beans = new HashMap<>();
    CountedProgress progress = new CountedProgress(watcher);
    Clock clock = Clock.systemUTC();
    providers = yaml.providers();
    policies = yaml.policies();
    discovery = SourceSide.discovery(settings, providers, clock);
    database = isForLooking(mode) ? Database.forThisRun() : kept();
    ledgerDatabase = mode == Launcher.Mode.VERIFY ? kept() : database;
    String node = NodeName.of(settings.get(Keys.NODE_NAME), mode);
    folder = ProgramFolder.of(settings.get(Keys.DATA_FOLDER), mode, ledgerDatabase.isShared());
    NodeNames name = mode == Launcher.Mode.SERVICE ? taken(node) : null;
    Events events = new Events(database, node);
    Hosts hosts = new Hosts(database, node, limits());
    PreflightRows preflightRows =
        new PreflightRows(
            database,
            node,
            hosts,
            events,
            longestPreflight().plus(PREFLIGHT_GRACE),
            settings.get(Keys.PREFLIGHT_LONGEST_WAIT),
            settings.get(Keys.CREATE_MAILBOX));
    Origin origin =
        new Origin(
            node,
            mode == Launcher.Mode.MIGRATE,
            settings.passwordWait(),
            domain -> providers.byDomain(domain).isPresent(),
            policies);
    Migrations migrations =
        new Migrations(database, events, origin, clock, hasPreflights() ? preflightRows : null);
    Vault kept = isForLooking(mode) ? new MemoryVault() : sealedVault(clock);
    CredentialPurge purge =
        new CredentialPurge(
            kept, clock, settings.get(Keys.SECRETS_KEEP), new NeededPasswords(database)::unneeded);
    purge.purge();
    beans.put("credential-purge", purge);
    Timers timers = new Timers(database, node);
    beans.put("timers", timers);
    // Only the service comes back to a request, for second passes and after a kill.
    vault = mode == Launcher.Mode.SERVICE ? kept : new MemoryVault();
    warnOfExpiredTrust(clock);
    Tokens tokens =
        new Tokens(
            settings.oauthProfiles(),
            DestinationSide.connector(settings),
            progress::loginWanted,
            person,
            clock);
    VaultCredentials credentials =
        new VaultCredentials(settings, vault, new MailboxLogins(database), events, tokens, clock);
    if (!isForLooking(mode)) {
      hosts.configure();
    }
    sessions =
        new MailboxSessions(
            credentials,
            SourceSide.connector(settings),
            DestinationSide.connector(settings),
            new Patience(
                    pauses(),
                    new RefusedLogins(ledgerDatabase),
                    clock,
                    settings.get(Keys.RETRY_OBEY_WAITS))
                .knowing(providers)
                .reportingTo(isForLooking(mode) ? HostReports.NONE : new SourceHosts(hosts)),
            settings.get(Keys.MAILBOX_COMPRESSION) ? SlowLink.Limits.STANDARD : null,
            progress,
            new HostHabits(ledgerDatabase, clock),
            ledgerDatabase);
    Path reportFolder = settings.get(Keys.DATA_FOLDER).resolve("reports");
    life =
        new PassLife(
            settings, mode, database, node, name, hosts, events, sessions, progress, clock);
    life.start();
    if (hasPreflights()) {
      preflightRows.recover();
    }
    preflights =
        new Preflights(
            preflightRows,
            sessions,
            longestPreflight(),
            life.claimed()::wake,
            new MailboxMaker(settings.get(Keys.CREATE_MAILBOX)),
            settings.secretsOfRoutes());
    life.claimed().whenOneEnds(preflights::placeIsFree);
    beans.put("preflights", preflights);
    stepNotDone = progress::stepNotDone;
    endedMigrations = new EndedMigrations(progress, mode == Launcher.Mode.MIGRATE);
    checkThreads =
        Executors.newFixedThreadPool(settings.get(Keys.MAILBOXES_AT_ONCE), named("check-threads"));

    RequestRules rules = RequestSide.rules(settings, mode, policies);
    SourceServers sources = RequestSide.sources(settings, providers, discovery);
    RequestReader requestReader = new RequestReader(rules, sources);
    ZoneId zone = settings.get(Keys.SCHEDULE_ZONE);
    TimeWindows windows = new TimeWindows(database, window());
    if (mode == Launcher.Mode.SERVICE) {
      new AppliedPolicies(database, policies).apply();
      windows.begin();
    }
    beans.put("time-windows", windows);
    beans.put("slipped-forecasts", new SlippedForecasts(database, events, forecasts(clock), zone));
    Schedule schedule =
        new Schedule(
            zone,
            notice(),
            window(),
            policies,
            settings.get(Keys.SCHEDULE_LATE) == Keys.LateStart.ASK,
            new NamedBefore(database),
            clock);
    Answers answers =
        new Answers(
            database,
            events,
            node,
            settings.get(Keys.NODE_LEASE),
            clock,
            settings.get(Keys.MAIL_ANSWERS_PER_HOUR),
            settings.get(Keys.PREFLIGHT_ANSWER_AFTER));
    if (mode == Launcher.Mode.SERVICE) {
      answers.recover();
    }
    Map<Language, AnswerTemplates> answerTemplates =
        AnswerTemplates.all(
            settings.get(Keys.MAIL_TEMPLATES), settings.get(Keys.MAIL_LANGUAGE), providers);
    AnswerText answerText =
        new AnswerText(
            new ToldRequests(database),
            new PreflightView(database),
            forecasts(clock),
            zone,
            answerTemplates,
            settings.get(Keys.MAIL_LANGUAGE),
            settings.get(Keys.CREATE_MAILBOX),
            rules.destinationPasswordRequired());
    beans.put(
        "requests",
        new Requests(
            requestReader,
            database,
            migrations,
            vault,
            new PasswordTrials(database, events),
            answers,
            schedule,
            progress));
    Path attachments = settings.get(Keys.DATA_FOLDER).resolve("attachments");
    beans.put(
        "uploads",
        new Uploads(
            rules,
            sources,
            attachments,
            clock,
            settings.get(Keys.SECRETS_KEEP),
            new NeededFiles(database)::isNeeded));
    Controls controls = new Controls(database, events, settings.finalPasses());
    PasswordTrial passwords =
        new PasswordTrial(
            settings,
            new MailboxLogins(database),
            providers,
            vault,
            controls,
            SourceSide.connector(settings),
            DestinationSide.connector(settings));
    boolean hasMail = mode == Launcher.Mode.SERVICE && settings.mailServer().isPresent();
    if (hasMail) {
      Server server = settings.mailServer().orElseThrow();
      SupportMailbox supportMailbox = SupportMail.mailbox(settings, server, database, clock);
      supportMail =
          () -> SupportMail.component(settings, server, supportMailbox, database, timers, clock);
      beans.putAll(
          SupportMail.beans(
              settings,
              supportMailbox,
              rules,
              sources,
              database,
              answers,
              answerText,
              attachments,
              controls,
              passwords,
              new PasswordTrials(database, events),
              schedule,
              clock));
    } else {
      supportMail = null;
    }
    beans.put("answers", new DueAnswers(answers, answerText, hasMail));
    cutover = new CutoverSide(settings, database, events, clock);
    Certificates certificates = certificates();
    CustomerFiles customerFiles =
        new CustomerFiles(
            migrations,
            life.results(),
            certificates,
            new ToldMigrations(database, settings.get(Keys.CREATE_MAILBOX)),
            Objects.requireNonNull(answerTemplates.get(settings.get(Keys.MAIL_LANGUAGE)))
                ::translated);
    if (mode == Launcher.Mode.SERVICE) {
      beans.putAll(
          new TellSide(
                  settings,
                  database,
                  events,
                  node,
                  answers,
                  answerTemplates,
                  answerText,
                  cutover.dns(),
                  customerFiles,
                  hasMail,
                  clock)
              .beans());
    }
    dropFolder =
        new DropFolder(
            settings.get(Keys.DROP_FOLDER),
            settings.get(Keys.DROP_POLL),
            settings.get(Keys.DATA_FOLDER).resolve("taken"),
            requestReader,
            new SealedRows(vault),
            clock,
            migrations::isOpened,
            Outage::causes,
            answerText::plain);
    beans.put("drop-folder", dropFolder);
    beans.put("answer-files", new AnswerFiles(settings.get(Keys.DROP_FOLDER)));
    beans.put("rejected-rows", new RejectedRows());
    beans.put("migrations", migrations);
    beans.put("passes", life.passes());
    beans.put(
        "mailbox-api",
        new MailboxApi(
            settings, vault, sessions, DestinationSide.connector(settings), MailboxApi.PATIENCE));
    beans.put("checks", new Checks(sessions));
    beans.put("check-threads", checkThreads);
    beans.put("lane-threads", laneThreads);
    beans.put("verifications", new Verifications(sessions, reportFolder));
    beans.put("certificates", certificates);
    ClientFiles clients =
        new ClientFiles(settings, new ClientGuides(settings.get(Keys.MAIL_TEMPLATES)));
    beans.put("clients", new ReportedClients(clients));
    beans.put(
        "retries",
        new Retries(
            sessions,
            life.returning(),
            settings.get(Keys.RETRY_ATTEMPTS),
            settings.get(Keys.RETRY_DELAY),
            settings.get(Keys.RETRY_MAXIMUM_DELAY)));
    DueReports dueReports = new DueReports(database, events, node);
    if (!isForLooking(mode)) {
      dueReports.letGo();
    }
    Reports reports = new Reports(migrations, life.results(), dueReports, reportFolder);
    beans.put("reports", reports);
    // Found by its type, by the component mailbox:
    afterSteps =
        new AfterSteps(
            new StepQueue(database, events, node, settings.get(Keys.NODE_LEASE)),
            life.results(),
            reports,
            settings.secretsOfRoutes(),
            clock);
    beans.put("after-steps", afterSteps);
    FinalPasses finals = settings.finalPasses();
    beans.put(
        "lives",
        new Lives(
            database, events, clock, finals.quiet(), finals.planned(), settings.looksAtDomains()));
    Closings closings = new Closings(database, events, clock, settings.get(Keys.CLOSING_CANCELLED));
    beans.put(
        "retention",
        new Retention(
            new Removals(database, events, clock, settings.get(Keys.RETENTION)),
            reportFolder,
            settings.get(Keys.DATA_FOLDER).resolve("set-aside"),
            settings.get(Keys.DROP_FOLDER),
            clock,
            settings.get(Keys.RETENTION)));
    beans.put("closing", new Closing(closings, kept));
    beans.put("due-passes", life.claimed());
    if (mode == Launcher.Mode.SERVICE) {
      cutover.begin(origin);
    }
    beans.putAll(cutover.beans());
    beans.put("ended-migrations", endedMigrations);

    // Found by their type, by the components mailbox: and dav:
    beans.put("mailbox-operations", operations(clock));
    GroupwareImport files = groupware(clock);
    ProviderImport provider = fromProviders(files, clock);
    beans.put("groupware-import", files);
    beans.put("provider-import", provider);
    beans.put("groupware-check", new GroupwareCheck(credentials, files, provider, sessions));
    beans.put("dav-accounts", credentials);
    beans.put("import-sink", new TalliedImports());
    NightDigest digests =
        mode == Launcher.Mode.SERVICE
            ? new NightDigest(
                new Digests(database, settings.looksAtDomains(), settings.get(Keys.CREATE_MAILBOX)),
                settings.get(Keys.MAIL_TEMPLATES),
                zone,
                clock)
            : null;
    if (digests != null && mailsDigests()) {
      beans.put(
          DIGEST_MAILS,
          new DigestMails(
              digests,
              timers,
              SupportMail.smtp(settings, clock),
              settings.get(Keys.OPERATORS_MAIL).stream().map(InternetAddress::toString).toList(),
              settings.get(Keys.OPERATORS_DIGEST_AT),
              zone,
              clock));
    }
    serviceApi =
        digests != null && settings.get(Keys.API_ENABLED)
            ? new ServiceApi(
                settings,
                database,
                node,
                settings.get(Keys.NODE_LEASE),
                controls,
                passwords,
                progress,
                life::leasesLost,
                clock,
                events,
                migrations,
                answers,
                answerText,
                forecasts(clock),
                reportFolder,
                customerFiles,
                clients,
                digests)
            : null;
    if (serviceApi != null) {
      beans.putAll(serviceApi.beans());
    }
    camel =
        new CamelProgram(
            settings,
            beans,
            BEANS_OF_SOME,
            parts(hasMail),
            serviceApi != null,
            this::ownBeans,
            clock);
  }

  private OwnBeans ownBeans() {
    return new OfOneContext(
        supportMail == null ? null : supportMail.get(),
        serviceApi == null ? null : serviceApi.mount());
  }

  private Set<CamelProgram.Part> parts(boolean hasMail) {
    Set<CamelProgram.Part> parts = EnumSet.noneOf(CamelProgram.Part.class);
    if (mode == Launcher.Mode.SERVICE) {
      parts.add(CamelProgram.Part.SERVICE);
    }
    if (!isForLooking(mode)) {
      parts.add(CamelProgram.Part.PASSES);
    }
    if (hasPreflights()) {
      parts.add(CamelProgram.Part.PREFLIGHT);
    }
    if (hasMail) {
      parts.add(CamelProgram.Part.MAIL);
    }
    if (mailsDigests()) {
      parts.add(CamelProgram.Part.DIGEST);
    }
    return parts;
  }

  private boolean mailsDigests() {
    return mode == Launcher.Mode.SERVICE && !settings.get(Keys.OPERATORS_MAIL).isEmpty();
  }

  /** The program that the beans are for. */
  CamelProgram camel() {
    return camel;
  }

  /** Lets callers in, where the API is wanted; the routes run. */
  void openApi(RunningRoutes routes) {
    if (serviceApi != null) {
      serviceApi.open(routes);
      life.listensAt(serviceApi.url());
    }
  }

  /** Has the API tell why changed route files are not used. */
  void watch(RouteReload reload) {
    if (serviceApi != null) {
      serviceApi.watch(reload);
    }
  }

  /** Lets nobody in any more. */
  void closeApi() {
    if (serviceApi != null) {
      serviceApi.close();
    }
  }

  private NodeNames taken(String node) {
    NodeNames name = new NodeNames(database, settings.get(Keys.NODE_LEASE));
    name.take(node, DataFolder.id(settings.get(Keys.DATA_FOLDER)));
    return name;
  }

  /** The one-shot commands have the command "check" for it. */
  private boolean hasPreflights() {
    return mode == Launcher.Mode.SERVICE && settings.get(Keys.PREFLIGHT_ENABLED);
  }

  private Forecasts forecasts(Clock clock) {
    return new Forecasts(
        database,
        limits(),
        settings.get(Keys.MAILBOXES_AT_ONCE),
        settings.get(Keys.FORECAST_MIB_PER_HOUR) * (double) MIB / Duration.ofHours(1).toSeconds(),
        host ->
            providers
                .byHost(host.substring(0, host.lastIndexOf(':')))
                .map(provider -> provider.limits().mibADay() * MIB)
                .orElse(0L),
        window(),
        clock,
        settings.get(Keys.SCHEDULE_ZONE));
  }

  /** When passes may run whose requests name no window; null for at any time. */
  private @Nullable Window window() {
    String text = settings.get(Keys.SCHEDULE_WINDOW);
    return text.isEmpty() ? null : Window.parse(text, settings.get(Keys.SCHEDULE_ZONE));
  }

  private Notice notice() {
    Duration usual = settings.get(Keys.SCHEDULE_NOTICE);
    Duration weekend = settings.get(Keys.SCHEDULE_WEEKEND_NOTICE);
    return new Notice(usual, weekend.compareTo(usual) < 0 ? usual : weekend);
  }

  /** Not longer than a pass waits for it. */
  private Duration longestPreflight() {
    Duration longest = settings.get(Keys.PREFLIGHT_LONGEST);
    Duration wait = settings.get(Keys.PREFLIGHT_LONGEST_WAIT);
    return longest.compareTo(wait) < 0 ? longest : wait;
  }

  private HostLimits limits() {
    return new HostLimits(
        settings.get(Keys.HOST_MAILBOXES_AT_ONCE).orElse(settings.get(Keys.MAILBOXES_AT_ONCE)),
        settings.get(Keys.HOST_LIMITS),
        providers.mailboxesAtOnce(),
        policies::mailboxesAtOnce);
  }

  private static ThreadFactory named(String pool) {
    return new CamelThreadFactory("#name# ##counter#", pool, false);
  }

  private Certificates certificates() {
    return new Certificates(
        CertificateTemplate.read(settings.get(Keys.CERTIFICATE_TEMPLATE)),
        orElse(settings.get(Keys.CERTIFICATE_ISSUER), "Mail Caravan"),
        orElse(settings.get(Keys.CERTIFICATE_CONTACT), "the support of the new provider"));
  }

  private static String orElse(String text, String standard) {
    return text.isEmpty() ? standard : text;
  }

  private GroupwareImport groupware(Clock clock) {
    return new GroupwareImport(
        DavTransport.toDestination(
            DestinationSide.connector(settings),
            settings.get(Keys.READ_TIMEOUT),
            settings.get(Keys.DAV_REDIRECT_HOSTS),
            clock),
        new StoredResources(database),
        settings.get(Keys.DAV_REQUESTS_IN_FLIGHT),
        folder.spool(),
        settings.get(Keys.DAV_ALLOW_SCHEDULING_SERVER));
  }

  private ProviderImport fromProviders(GroupwareImport files, Clock clock) {
    return new ProviderImport(
        DavTransport.toSources(
            SourceSide.connector(settings),
            settings.get(Keys.READ_TIMEOUT),
            settings.get(Keys.DAV_REDIRECT_HOSTS),
            clock),
        files,
        new PulledResources(database),
        folder.spool());
  }

  /** Tells passes what became of contacts and calendars. */
  private final class TalliedImports implements ImportSink {
    @Override
    public Database database(Mailbox mailbox) {
      return sessions.database(mailbox);
    }

    @Override
    public void progressed(Mailbox mailbox) {
      MailboxSession session = sessions.of(mailbox);
      session.tally().groupware();
      session.requireGoingOn();
    }

    @Override
    public void imported(Mailbox mailbox, Groupware kind, List<ImportResult> results) {
      PassTally tally = sessions.of(mailbox).tally();
      switch (kind) {
        case CONTACTS -> tally.contacts(results);
        case CALENDARS -> tally.calendar(results);
      }
    }
  }

  Vault vault() {
    return vault;
  }

  PassLife life() {
    return life;
  }

  /** Waits for nobody at a browser any more. */
  void stopWaiting() {
    person.stop();
  }

  /** Before passes are told to stop: what that breaks off was not found at a server. */
  void endPreflights() {
    preflights.endLooking();
  }

  AfterSteps afterSteps() {
    return afterSteps;
  }

  /** Tells who waits for a migration that a route has not done its work after it. */
  void stepNotDone(String what) {
    stepNotDone.accept(what);
  }

  EndedMigrations endedMigrations() {
    return endedMigrations;
  }

  private Vault sealedVault(Clock clock) {
    Path dataFolder = settings.get(Keys.DATA_FOLDER);
    KeyRing keys = KeySource.open(settings.keyFile(), System.getenv());
    KeySlots slots = database.isShared() ? new KeyTable(database.jdbc()) : KeyFile.in(dataFolder);
    keySlots = slots;
    SealedVault sealed =
        new SealedVault(
            database.jdbc(),
            keys,
            slots,
            clock,
            work ->
                database.tryingAgain(
                    () -> {
                      work.run();
                      return true;
                    }));
    if (!database.isShared()) {
      sealed.tidy();
    } else if (mode == Launcher.Mode.SERVICE) {
      new RingCheck(database.jdbc(), keys, KeySource.place(settings.keyFile(), System.getenv()))
          .run();
      sealed.takeOver(dataFolder, Files.notExists(dataFolder.resolve("mailcaravan.mv.db")));
      sealed.tidy();
    }
    return sealed;
  }

  /**
   * Whether nothing is copied. The migration of such a command is kept for its run only, and its
   * passwords in memory: it is no migration.
   */
  private static boolean isForLooking(Launcher.Mode mode) {
    return mode == Launcher.Mode.CHECK || mode == Launcher.Mode.VERIFY;
  }

  private Database kept() {
    String url = settings.get(Keys.DATABASE_URL).orElse(null);
    return url == null
        ? Database.inFolder(settings.get(Keys.DATA_FOLDER))
        : Database.open(
            url, settings.get(Keys.DATABASE_USERNAME), settings.get(Keys.DATABASE_PASSWORD));
  }

  /** Whoever puts a certificate into the file trusts it as it is; he should know how old it is. */
  private void warnOfExpiredTrust(Clock clock) {
    Path extraCaFile = settings.get(Keys.TLS_EXTRA_CA_FILE).orElse(null);
    if (extraCaFile != null) {
      TrustedTls.expiredIn(extraCaFile, clock.instant())
          .forEach(
              certificate -> LOG.warn("tls.extra-ca-file: {}, and is trusted anyway", certificate));
    }
  }

  /**
   * Whom to leave alone. A check has no database of its own; it reads the kept one, where there is
   * one that no other program uses, clears away what a kill left, and lets go of it at once.
   */
  private Pauses pauses() {
    Pauses pauses = new Pauses(ledgerDatabase);
    boolean isThere =
        settings.get(Keys.DATABASE_URL).isPresent()
            || Files.exists(settings.get(Keys.DATA_FOLDER).resolve("mailcaravan.mv.db"));
    if (mode == Launcher.Mode.CHECK && isThere) {
      try (Database kept = kept()) {
        pauses.putAll(new Pauses(kept));
        ProgramFolder.tidy(settings.get(Keys.DATA_FOLDER), kept.isShared());
      } catch (RequestRejected e) {
        LOG.debug("a check that does not know whom to leave alone: {}", e.getMessage());
      }
    }
    return pauses;
  }

  private MailboxOperations operations(Clock clock) {
    return new MailboxOperations(
        sessions,
        new ByteBudget(settings.get(Keys.MEMORY_BYTES)),
        new CopySettings(
            settings.get(Keys.MAILBOX_LANES),
            settings.get(Keys.MAILBOX_CONNECTIONS),
            settings.get(Keys.BATCH_MESSAGES),
            settings.get(Keys.BATCH_BYTES),
            folder.spool(),
            settings.get(Keys.DATA_FOLDER).resolve("set-aside"),
            settings.get(Keys.SPOOL_BYTES),
            settings.get(Keys.SET_ASIDE_BYTES)),
        settings.get(Keys.LEAVE_OUT),
        settings.get(Keys.MAP),
        clock);
  }

  @Override
  public void close() {
    stopWaiting();
    closeApi();
    dropFolder.close();
    discovery.close();
    cutover.close();
    preflights.close();
    life.giveBack();
    life.close();
    checkThreads.shutdown();
    laneThreads.shutdown();
    sessions.close();
    if (ledgerDatabase != database) {
      ledgerDatabase.close();
    }
    database.close();
    if (keySlots != null) {
      keySlots.close();
    }
    folder.close();
    camel.close();
  }
}
