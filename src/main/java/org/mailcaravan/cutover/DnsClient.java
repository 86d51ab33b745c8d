package org.mailcaravan.cutover;

import java.io.InterruptedIOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.cutover.DnsReply.Alias;
import org.mailcaravan.cutover.DnsReply.Failed;
import org.mailcaravan.cutover.DnsReply.Found;
import org.mailcaravan.cutover.DnsReply.None;
import org.mailcaravan.cutover.DnsReply.Referral;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;
import org.xbill.DNS.io.IoClientFactory;
import org.xbill.DNS.io.TcpIoClient;
import org.xbill.DNS.io.UdpIoClient;

/**
 * Asks one server one question: by UDP, by TCP where the answer is cut, and without EDNS where the
 * server does not know that. Bounds: the time of each try, the questions at once, the records of an
 * answer that are looked at. Nothing is signed (no DNSSEC). Thread-safe.
 */
final class DnsClient implements AutoCloseable {
  static final int MOST_ALIASES = 8;

  /** More records of one name and type than any honest domain has. */
  static final int MOST_RECORDS = 60;

  private static final int AT_ONCE = 32;
  private static final int TRIES = 2;

  /** What passes everywhere in one piece: dnsflagday.net/2020. */
  private static final int MOST_BY_UDP = 1232;

  /** What no resolver should keep longer, RFC 8767, section 4. */
  private static final long LONGEST_TTL = Duration.ofDays(7).toSeconds();

  private static final DnsReply TOO_LATE =
      new Failed("was not asked: there was no time left", false);

  private final Duration patience;
  private final ExecutorService threads;

  private static final IoClientFactory EXCHANGE =
      new IoClientFactory() {
        private final DnsExchange exchange = new DnsExchange();

        @Override
        public TcpIoClient createOrGetTcpClient() {
          return exchange;
        }

        @Override
        public UdpIoClient createOrGetUdpClient() {
          return exchange;
        }
      };

  /**
   * @param patience for one try; there are two
   */
  DnsClient(Duration patience) {
    this.patience = patience;
    this.threads = FewThreads.of(AT_ONCE, "dns");
  }

  /**
   * Asks when a thread is free; the future never fails.
   *
   * @param end by {@link System#nanoTime}; nothing is asked after it
   */
  CompletableFuture<DnsReply> ask(DnsServer server, Name name, int type, long end) {
    long left = Math.max(0, end - System.nanoTime()) + Duration.ofSeconds(1).toNanos();
    return CompletableFuture.supplyAsync(() -> answer(server, name, type, end), threads)
        // Of a client that was closed meanwhile.
        .completeOnTimeout(TOO_LATE, left, TimeUnit.NANOSECONDS);
  }

  private DnsReply answer(DnsServer server, Name name, int type, long end) {
    DnsReply last = TOO_LATE;
    for (int i = 0; i < TRIES; i++) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return last;
      }
      Duration time = Duration.ofNanos(Math.min(left, patience.toNanos()));
      try {
        return read(exchange(server, name, type, time), server, name, type);
      } catch (CompletionException e) {
        last = failed(e.getCause() == null ? e : e.getCause());
      } catch (RuntimeException e) {
        // Whatever a hostile answer makes of the parser.
        last = failed(e);
      }
    }
    return last;
  }

  private static Failed failed(Throwable e) {
    if (e instanceof InterruptedIOException) {
      return new Failed("did not answer in time", true);
    }
    if (e instanceof SocketException) {
      return new Failed("cannot be reached", true);
    }
    return new Failed("answered with what is no answer to the question", false);
  }

  private static Message exchange(DnsServer server, Name name, int type, Duration time) {
    SimpleResolver resolver = new SimpleResolver(server.address());
    resolver.setIoClientFactory(EXCHANGE);
    resolver.setTimeout(time);
    resolver.setIgnoreTruncation(true);
    resolver.setEDNS(0, MOST_BY_UDP, 0, List.of());
    Message question = Message.newQuery(Record.newRecord(name, type, DClass.IN));
    if (server.isAuthority()) {
      question.getHeader().unsetFlag(Flags.RD);
    }
    Message answer = send(resolver, question);
    int rcode = answer.getHeader().getRcode();
    if (rcode == Rcode.FORMERR || rcode == Rcode.NOTIMP) {
      resolver.setEDNS(-1, 0, 0, List.of());
      answer = send(resolver, question);
    }
    if (answer.getHeader().getFlag(Flags.TC)) {
      resolver.setTCP(true);
      answer = send(resolver, question);
    }
    return answer;
  }

  private static Message send(SimpleResolver resolver, Message question) {
    return resolver.sendAsync(question, Runnable::run).toCompletableFuture().join();
  }

  private static DnsReply read(Message answer, DnsServer server, Name name, int type) {
    int rcode = answer.getRcode();
    if (!answer.getHeader().getFlag(Flags.QR)) {
      return new Failed("answered with a question", false);
    }
    if (rcode != Rcode.NOERROR && rcode != Rcode.NXDOMAIN) {
      return new Failed("gave no answer (" + Rcode.string(rcode) + ")", false);
    }
    if (server.isAuthority() && !answer.getHeader().getFlag(Flags.AA)) {
      return referral(answer, name);
    }
    return follow(answer, server, name, type);
  }

  /** Down the tree, or from a server that does not have the zone ("lame"). */
  private static DnsReply referral(Message answer, Name name) {
    if (answer.getSection(Section.ANSWER).isEmpty()) {
      for (Record record : answer.getSection(Section.AUTHORITY)) {
        if (record instanceof NSRecord && name.subdomain(record.getName())) {
          return new Referral(record.getName());
        }
      }
    }
    return new Failed("does not have the zone (its answer is not authoritative)", false);
  }

  private static DnsReply follow(Message answer, DnsServer server, Name name, int type) {
    List<Record> records = answer.getSection(Section.ANSWER);
    Name at = name;
    long ttl = 0;
    Set<Name> seen = new HashSet<>();
    while (seen.add(at) && seen.size() <= MOST_ALIASES + 1) {
      List<Record> found = new ArrayList<>();
      for (Record record : records) {
        if (record.getType() == type && record.getName().equals(at)) {
          found.add(record);
          ttl = longer(ttl, record.getTTL());
        }
      }
      if (found.size() > MOST_RECORDS) {
        return new Failed("answered with " + found.size() + " records, too many", false);
      }
      if (!found.isEmpty()) {
        return new Found(found, ttl);
      }
      CNAMERecord alias = alias(records, at);
      if (alias == null) {
        boolean elsewhere = server.isAuthority() && !at.equals(name);
        return elsewhere
            ? new Alias(at, ttl)
            : new None(answer.getRcode() == Rcode.NXDOMAIN, longer(ttl, negativeTtl(answer)));
      }
      at = alias.getTarget();
      ttl = longer(ttl, alias.getTTL());
    }
    return new Failed("answered with aliases (CNAME) that lead nowhere", false);
  }

  private static @Nullable CNAMERecord alias(List<Record> records, Name name) {
    for (Record record : records) {
      if (record instanceof CNAMERecord alias && alias.getName().equals(name)) {
        return alias;
      }
    }
    return null;
  }

  private static long longer(long ttl, long other) {
    return Math.min(LONGEST_TTL, Math.max(ttl, other));
  }

  /** RFC 2308, section 5. */
  private static long negativeTtl(Message answer) {
    for (Record record : answer.getSection(Section.AUTHORITY)) {
      if (record instanceof SOARecord soa && record.getType() == Type.SOA) {
        return Math.min(soa.getTTL(), soa.getMinimum());
      }
    }
    return 0;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
