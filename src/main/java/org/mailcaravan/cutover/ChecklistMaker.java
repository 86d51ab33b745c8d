package org.mailcaravan.cutover;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.mailcaravan.cutover.Answers.Said;
import org.mailcaravan.cutover.DnsReply.None;
import org.mailcaravan.cutover.RowMaker.Item;
import org.mailcaravan.settings.HostAndPort;
import org.mailcaravan.settings.Key;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.MxHost;
import org.xbill.DNS.Type;

/** Makes the checklist of one domain, of one look at its DNS. */
final class ChecklistMaker {
  private static final HostAndPort NOBODY = new HostAndPort("", 0);

  private final OurRecords ours;
  private final String domain;
  private final DnsLook look;
  private final RowMaker maker;
  private final List<Line> lines = new ArrayList<>();

  /** Unless all servers have said that there is no such domain. */
  private boolean exists = true;

  /** A line of the checklist to be made. */
  private record Line(Item item, Supplier<ChecklistRow> row) {}

  /**
   * @param asksAuthorities whether what the servers of the zone say decides
   */
  ChecklistMaker(OurRecords ours, String domain, DnsLook look, boolean asksAuthorities) {
    this.ours = ours;
    this.domain = domain;
    this.look = look;
    this.maker = new RowMaker(asksAuthorities);
  }

  /**
   * Asks for all records.
   *
   * @param threads for some lines at the same time
   * @param patience for all of them; the look has a bound of its own, before that
   */
  Checklist checklist(Executor threads, Duration patience) {
    // It finds the servers of the zone, which the others then know.
    ChecklistRow mx = mx();
    if (!exists) {
      return new Checklist(domain, List.of(mx));
    }
    spf();
    dkim();
    dmarc();
    alias("autoconfig", "autoconfig", Keys.CUTOVER_AUTOCONFIG);
    autodiscover();
    srv("IMAP", "_imaps._tcp", Keys.CUTOVER_IMAP_SERVER, ours.imap());
    srv("submission", "_submissions._tcp", Keys.CUTOVER_SUBMISSION_SERVER, ours.submission());
    dav("CalDAV", "_caldavs._tcp", Keys.DESTINATION_CALDAV_URL);
    dav("CardDAV", "_carddavs._tcp", Keys.DESTINATION_CARDDAV_URL);
    alias("webmail", "webmail", Keys.CUTOVER_WEBMAIL);
    List<CompletableFuture<ChecklistRow>> others =
        lines.stream()
            .map(
                line ->
                    CompletableFuture.supplyAsync(line.row(), threads)
                        // Where all was closed meanwhile.
                        .completeOnTimeout(
                            line.item().unknown("It took too long."),
                            patience.toMillis(),
                            TimeUnit.MILLISECONDS))
            .toList();
    List<ChecklistRow> rows = new ArrayList<>(List.of(mx));
    others.forEach(row -> rows.add(row.join()));
    return new Checklist(domain, rows);
  }

  private ChecklistRow mx() {
    Item item = new Item("MX", domain, "MX");
    List<MxHost> hosts = ours.mx();
    if (hosts.isEmpty()) {
      return item.notConfigured(Keys.CUTOVER_MX_HOSTS.name());
    }
    MxJudge judge = new MxJudge(domain, hosts, look::host);
    return row(item, Type.MX, judge::judge, answers -> exists = !isMissing(answers));
  }

  private static boolean isMissing(Answers answers) {
    List<DnsReply> replies =
        Stream.concat(answers.authorities().stream(), answers.resolvers().stream())
            .map(Said::reply)
            .filter(DnsReply::isAnswer)
            .toList();
    return !replies.isEmpty()
        && replies.stream().allMatch(reply -> reply instanceof None none && none.noSuchName());
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

  private void dav(String title, String label, Key<Optional<String>> url) {
    srv(title, label, url, ours.dav(url));
  }

  private void srv(String title, String label, Key<?> key, Optional<HostAndPort> server) {
    String name = label + "." + domain;
    SrvJudge judge = new SrvJudge(name, server.orElse(NOBODY));
    add(new Item(title, name, "SRV"), server.isPresent(), key, Type.SRV, judge::judge);
  }

  /** Outlook tries the name and then the record of the service: one of them is enough. */
  private void autodiscover() {
    Key<?> key = Keys.CUTOVER_AUTODISCOVER;
    Optional<HostAndPort> server = ours.autodiscover();
    Item alias = new Item("autodiscover", "autodiscover." + domain, "CNAME");
    Item service = new Item("autodiscover", "_autodiscover._tcp." + domain, "SRV");
    Function<DnsReply, Judgement> ofAlias =
        new AliasJudge(alias.name(), server.orElse(NOBODY).host(), look)::judge;
    Function<DnsReply, Judgement> ofService =
        new SrvJudge(service.name(), server.orElse(NOBODY))::judge;
    add(
        alias,
        server.isPresent(),
        key,
        Type.CNAME,
        reply -> orOther(ofAlias.apply(reply), service.name(), Type.SRV, ofService));
    add(
        service,
        server.isPresent(),
        key,
        Type.SRV,
        reply -> orOther(ofService.apply(reply), alias.name(), Type.CNAME, ofAlias));
  }

  private Judgement orOther(
      Judgement judgement, String other, int type, Function<DnsReply, Judgement> judge) {
    return judgement.status() == Status.WARNING
            && judge.apply(look.resolve(Names.of(other), type)).status() == Status.PASS
        ? Judgement.pass("It is not needed: " + other + " leads to us.")
        : judgement;
  }

  private void add(
      Item item, boolean configured, Key<?> key, int type, Function<DnsReply, Judgement> judge) {
    lines.add(
        new Line(
            item,
            () ->
                configured
                    ? row(item, type, judge, answers -> {})
                    : item.notConfigured(key.name())));
  }

  private ChecklistRow row(
      Item item, int type, Function<DnsReply, Judgement> judge, Consumer<Answers> others) {
    try {
      Answers answers = look.ask(Names.of(item.name()), type);
      others.accept(answers);
      return maker.row(item, answers, look.serials(answers), judge);
    } catch (IllegalArgumentException e) {
      // Its own name, or one of ours in which it stands.
      return item.unknown("A name with the domain in it " + e.getMessage() + ".");
    }
  }
}
