package org.mailcaravan.cutover;

import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;
import org.mailcaravan.cutover.Answers.Said;
import org.mailcaravan.cutover.DnsReply.Found;
import org.mailcaravan.cutover.DnsReply.None;
import org.mailcaravan.cutover.RowMaker.Item;
import org.mailcaravan.imap.ConnectionRules;
import org.mailcaravan.settings.HostAndPort;
import org.mailcaravan.settings.Key;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.MxHost;
import org.mailcaravan.settings.Settings;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/**
 * Looks at the DNS of domains: every server of the zone is asked, and the resolvers of {@code
 * cutover.resolvers}. A look takes {@link #PATIENCE} at most. Thread-safe.
 */
public final class DomainDns implements AutoCloseable {
  /** For all that is asked of one domain. */
  static final Duration PATIENCE = Duration.ofSeconds(20);

  /** For one try of one question. */
  private static final Duration TRY = Duration.ofSeconds(3);

  private static final int MOST_RESOLVERS = 6;
  private static final int ROWS_AT_ONCE = 6;

  private final Settings settings;
  private final DnsLook.Asked asked;
  private final Clock clock;
  private final Duration patience;
  private final DnsClient client;
  private final ExecutorService threads;

  /**
   * @param rules which addresses a server of a stranger's zone may have
   */
  public DomainDns(Settings settings, ConnectionRules rules, Clock clock) {
    this(settings, rules, clock, DnsServer.USUAL_PORT, TRY, PATIENCE);
  }

  /**
   * @param port of the servers of zones
   */
  DomainDns(
      Settings settings,
      ConnectionRules rules,
      Clock clock,
      int port,
      Duration patienceForTry,
      Duration patience) {
    this.settings = settings;
    this.clock = clock;
    this.patience = patience;
    this.asked =
        new DnsLook.Asked(
            resolvers(settings), settings.get(Keys.CUTOVER_ASK_AUTHORITIES), port, rules::allows);
    this.client = new DnsClient(patienceForTry);
    this.threads = FewThreads.of(ROWS_AT_ONCE, "checklist");
  }

  private static List<InetSocketAddress> resolvers(Settings settings) {
    List<InetSocketAddress> own = settings.get(Keys.CUTOVER_RESOLVERS);
    List<InetSocketAddress> usual = own.isEmpty() ? settings.get(Keys.DNS_SERVERS) : own;
    List<InetSocketAddress> all =
        usual.isEmpty() ? ResolverConfig.getCurrentConfig().servers() : usual;
    return all.stream().limit(MOST_RESOLVERS).toList();
  }

  /**
   * Where the mail of a domain goes.
   *
   * @param domain in ASCII, lower case, without a dot at the end
   */
  public MxLook mx(String domain) {
    List<MxHost> ours = new OurRecords(settings, domain).mx();
    boolean authorities = asked.authorities();
    if (ours.isEmpty()) {
      return new MxLook(
          domain,
          clock.instant(),
          authorities,
          List.of(),
          List.of("not configured: " + Keys.CUTOVER_MX_HOSTS.name()));
    }
    Answers answers = new DnsLook(client, asked, patience).ask(Names.of(domain), Type.MX);
    List<MxLook.Said> said = new ArrayList<>();
    answers.authorities().forEach(each -> said.add(said(each, ours)));
    answers.resolvers().forEach(each -> said.add(said(each, ours)));
    return new MxLook(domain, clock.instant(), authorities, said, answers.zone().faults());
  }

  private static MxLook.Said said(Said said, List<MxHost> ours) {
    DnsReply reply = said.reply();
    List<String> others = List.of();
    MxLook.Answer answer = MxLook.Answer.NO_ANSWER;
    if (reply instanceof Found found) {
      List<String> hosts =
          found.of(MXRecord.class).stream()
              .sorted(Comparator.comparingInt(MXRecord::getPriority))
              .map(record -> DnsReply.host(record.getTarget()))
              .distinct()
              .toList();
      others = hosts.stream().filter(host -> !MxJudge.isOurs(ours, host)).toList();
      answer =
          others.isEmpty()
              ? MxLook.Answer.OURS
              : others.size() < hosts.size() ? MxLook.Answer.PARTLY : MxLook.Answer.OTHERS;
    } else if (reply instanceof None none) {
      answer = none.noSuchName() ? MxLook.Answer.NO_DOMAIN : MxLook.Answer.NO_MX;
    }
    return new MxLook.Said(
        said.server().words(),
        said.server().isAuthority(),
        answer,
        others,
        reply.ttl(),
        answer == MxLook.Answer.NO_ANSWER ? reply.words() : "");
  }

  /**
   * What the DNS of a domain says of mail, and what it should say.
   *
   * @param domain in ASCII, lower case, without a dot at the end
   */
  public Checklist checklist(String domain) {
    return new OfDomain(domain).checklist();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    client.close();
  }

  /** The checklist of one domain. */
  private final class OfDomain {
    private final String domain;
    private final OurRecords ours;
    private final DnsLook look = new DnsLook(client, asked, patience);
    private final RowMaker maker = new RowMaker(asked.authorities());
    private final List<Supplier<ChecklistRow>> rows = new ArrayList<>();

    OfDomain(String domain) {
      this.domain = domain;
      this.ours = new OurRecords(settings, domain);
    }

    Checklist checklist() {
      // It finds the servers of the zone, which the others then know.
      ChecklistRow mx = mx();
      rows.add(() -> mx);
      spf();
      dkim();
      dmarc();
      alias("autoconfig", "autoconfig", Keys.CUTOVER_AUTOCONFIG);
      alias("autodiscover", "autodiscover", Keys.CUTOVER_AUTODISCOVER);
      srv("autodiscover", "_autodiscover._tcp", Keys.CUTOVER_AUTODISCOVER, ours.autodiscover());
      srv("IMAP", "_imaps._tcp", Keys.CUTOVER_IMAP_SERVER, ours.imap());
      srv("submission", "_submissions._tcp", Keys.CUTOVER_SUBMISSION_SERVER, ours.submission());
      srv(
          "CalDAV",
          "_caldavs._tcp",
          Keys.DESTINATION_CALDAV_URL,
          ours.dav(Keys.DESTINATION_CALDAV_URL));
      srv(
          "CardDAV",
          "_carddavs._tcp",
          Keys.DESTINATION_CARDDAV_URL,
          ours.dav(Keys.DESTINATION_CARDDAV_URL));
      alias("webmail", "webmail", Keys.CUTOVER_WEBMAIL);
      List<CompletableFuture<ChecklistRow>> all =
          rows.stream().map(row -> CompletableFuture.supplyAsync(row, threads)).toList();
      return new Checklist(domain, all.stream().map(CompletableFuture::join).toList());
    }

    private ChecklistRow mx() {
      Item item = new Item("MX", domain, "MX");
      List<MxHost> hosts = ours.mx();
      return hosts.isEmpty()
          ? item.notConfigured(Keys.CUTOVER_MX_HOSTS.name())
          : row(item, Type.MX, new MxJudge(domain, hosts, look::host)::judge);
    }

    private void spf() {
      Item item = new Item("SPF", domain, "TXT");
      List<String> terms = ours.spf();
      SpfJudge judge = new SpfJudge(domain, terms, name -> look.resolve(name, Type.TXT));
      add(item, !terms.isEmpty(), Keys.CUTOVER_SPF, Type.TXT, judge::judge);
    }

    private void dkim() {
      Map<String, String> selectors = ours.dkim();
      if (selectors.isEmpty()) {
        add(
            new Item("DKIM", "_domainkey." + domain, "TXT"),
            false,
            Keys.CUTOVER_DKIM,
            Type.TXT,
            reply -> Judgement.pass(""));
      }
      selectors.forEach(
          (selector, target) -> {
            String name = selector + "._domainkey." + domain;
            DkimJudge judge = new DkimJudge(name, target, look);
            add(
                new Item("DKIM", name, Type.string(judge.type())),
                true,
                Keys.CUTOVER_DKIM,
                judge.type(),
                judge::judge);
          });
    }

    private void dmarc() {
      Item item = new Item("DMARC", DmarcJudge.LABEL + domain, "TXT");
      Optional<String> record = ours.dmarc();
      DmarcJudge judge = new DmarcJudge(domain, record.orElse(""), look);
      add(item, record.isPresent(), Keys.CUTOVER_DMARC, Type.TXT, judge::judge);
    }

    private void alias(String title, String label, Key<Optional<String>> key) {
      String name = label + "." + domain;
      Optional<String> target = ours.alias(key);
      AliasJudge judge = new AliasJudge(name, target.orElse(""), look);
      add(new Item(title, name, "CNAME"), target.isPresent(), key, Type.CNAME, judge::judge);
    }

    private void srv(String title, String label, Key<?> key, Optional<HostAndPort> server) {
      String name = label + "." + domain;
      SrvJudge judge = new SrvJudge(name, server.orElse(new HostAndPort("", 0)));
      add(new Item(title, name, "SRV"), server.isPresent(), key, Type.SRV, judge::judge);
    }

    private void add(
        Item item, boolean configured, Key<?> key, int type, Function<DnsReply, Judgement> judge) {
      rows.add(() -> configured ? row(item, type, judge) : item.notConfigured(key.name()));
    }

    private ChecklistRow row(Item item, int type, Function<DnsReply, Judgement> judge) {
      Name name;
      try {
        name = Names.of(item.name());
      } catch (IllegalArgumentException e) {
        return item.unknown("The name " + e.getMessage() + ".");
      }
      Answers answers = look.ask(name, type);
      return maker.row(item, answers, serials(answers), judge);
    }

    /** Where the servers of a zone say different things, their serials tell who is behind. */
    private Map<DnsServer, Long> serials(Answers answers) {
      long different =
          answers.authorities().stream()
              .map(Said::reply)
              .filter(DnsReply::isAnswer)
              .map(DnsReply::words)
              .distinct()
              .count();
      Map<DnsServer, Long> serials = new HashMap<>();
      if (different > 1) {
        for (Said said : look.ask(answers.zone().apex(), Type.SOA).authorities()) {
          if (said.reply() instanceof Found found) {
            found
                .of(SOARecord.class)
                .forEach(record -> serials.put(said.server(), record.getSerial()));
          }
        }
      }
      return serials;
    }
  }
}
