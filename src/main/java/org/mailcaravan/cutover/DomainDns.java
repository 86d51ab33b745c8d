package org.mailcaravan.cutover;

import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.stream.Stream;
import org.mailcaravan.cutover.Answers.Said;
import org.mailcaravan.cutover.DnsReply.Found;
import org.mailcaravan.cutover.DnsReply.None;
import org.mailcaravan.imap.ConnectionRules;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.MxHost;
import org.mailcaravan.settings.Settings;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.ResolverConfig;
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

  /** Of others, in what is kept of a look. */
  private static final int MOST_HOSTS = 12;

  private static final String NULL_MX = "nowhere (null MX)";

  private final Settings settings;
  private final AskedServers asked;
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
        new AskedServers(
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
    DnsLook look = new DnsLook(client, asked, patience);
    Answers answers = look.ask(Names.of(domain), Type.MX);
    Map<DnsServer, Long> serials = look.serials(answers);
    List<MxLook.Said> said =
        Stream.concat(answers.authorities().stream(), answers.resolvers().stream())
            .map(
                each ->
                    said(each, ours, serials.getOrDefault(each.server(), MxLook.Said.NO_SERIAL)))
            .toList();
    return new MxLook(domain, clock.instant(), authorities, said, answers.zone().faults());
  }

  private static MxLook.Said said(Said said, List<MxHost> ours, long serial) {
    DnsReply reply = said.reply();
    List<String> others = List.of();
    MxLook.Answer answer = MxLook.Answer.NO_ANSWER;
    if (reply instanceof Found found) {
      List<Name> targets =
          found.of(MXRecord.class).stream()
              .sorted(Comparator.comparingInt(MXRecord::getPriority))
              .map(MXRecord::getTarget)
              .distinct()
              .toList();
      // Alone, the root means a domain that takes no mail (RFC 7505); beside hosts it is one more.
      List<String> hosts =
          targets.equals(List.of(Name.root))
              ? List.of()
              : targets.stream().map(DomainDns::host).toList();
      others = hosts.stream().filter(host -> !MxJudge.isOurs(ours, host)).toList();
      answer = answer(hosts.size(), others.size());
      others = others.stream().limit(MOST_HOSTS).toList();
    } else if (reply instanceof None none) {
      answer = none.noSuchName() ? MxLook.Answer.NO_DOMAIN : MxLook.Answer.NO_MX;
    }
    return new MxLook.Said(
        said.server().words(),
        said.server().isAuthority(),
        answer,
        others,
        reply.ttl(),
        serial,
        answer == MxLook.Answer.NO_ANSWER ? reply.words() : "");
  }

  private static String host(Name target) {
    return target.equals(Name.root) ? NULL_MX : DnsReply.host(target);
  }

  private static MxLook.Answer answer(int hosts, int others) {
    if (hosts == 0) {
      return MxLook.Answer.NO_MX;
    }
    return others == 0
        ? MxLook.Answer.OURS
        : others < hosts ? MxLook.Answer.PARTLY : MxLook.Answer.OTHERS;
  }

  /**
   * What the DNS of a domain says of mail, and what it should say.
   *
   * @param domain in ASCII, lower case, without a dot at the end
   */
  public Checklist checklist(String domain) {
    return new ChecklistMaker(
            new OurRecords(settings, domain),
            domain,
            new DnsLook(client, asked, patience),
            asked.authorities())
        .checklist(threads, patience.multipliedBy(2));
  }

  @Override
  public void close() {
    threads.shutdownNow();
    client.close();
  }
}
