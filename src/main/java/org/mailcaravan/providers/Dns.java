package org.mailcaravan.providers;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.mailcaravan.model.HostNames;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;
import org.xbill.DNS.lookup.RedirectLoopException;
import org.xbill.DNS.lookup.RedirectOverflowException;
import org.xbill.DNS.lookup.ServerFailedException;

/**
 * Asks resolvers for MX and SRV records. Nothing is signed (no DNSSEC): an answer may come from
 * anybody on the way. Bounds: the time of a question, 8 aliases, and the records that are looked
 * at. Thread-safe.
 */
final class Dns {
  private static final int MOST_ALIASES = 8;

  /** More records than any honest domain has; the others are not looked at. */
  private static final int MOST_RECORDS = 20;

  private static final int TRIES = 2;

  private final LookupSession session;
  private final Duration patience;

  /**
   * @param resolvers empty for those of the system
   * @param patience for the answer to one question, however many resolvers are asked
   */
  Dns(List<InetSocketAddress> resolvers, Duration patience) {
    this.patience = patience;
    List<InetSocketAddress> asked =
        resolvers.isEmpty() ? ResolverConfig.getCurrentConfig().servers() : resolvers;
    List<Resolver> each = new ArrayList<>();
    for (InetSocketAddress address : asked) {
      SimpleResolver resolver = new SimpleResolver(address);
      resolver.setTimeout(patience.dividedBy(TRIES + 1L));
      each.add(resolver);
    }
    ExtendedResolver all = new ExtendedResolver(each);
    all.setRetries(TRIES);
    all.setTimeout(patience);
    this.session = LookupSession.builder().resolver(all).maxRedirects(MOST_ALIASES).build();
  }

  /** Where a service is, as an SRV record says. */
  record Target(String host, int port) {}

  /** The hosts that take a domain's mail, the preferred ones first. */
  List<String> mx(String domain) throws NoAnswer {
    return records(domain, Type.MX, MXRecord.class).stream()
        .sorted(Comparator.comparingInt(MXRecord::getPriority))
        .map(record -> host(record.getTarget()))
        .filter(host -> !host.isEmpty())
        .distinct()
        .toList();
  }

  /** Where a service is, in the order of RFC 2782, without its dice. */
  List<Target> srv(String name) throws NoAnswer {
    return records(name, Type.SRV, SRVRecord.class).stream()
        .sorted(
            Comparator.comparingInt(SRVRecord::getPriority)
                .thenComparing(Comparator.comparingInt(SRVRecord::getWeight).reversed()))
        .filter(record -> record.getPort() > 0)
        .map(record -> new Target(host(record.getTarget()), record.getPort()))
        .filter(target -> !target.host().isEmpty())
        .distinct()
        .toList();
  }

  /** The usual form of a name; empty for the root, which means "none", and what is no host. */
  private static String host(Name name) {
    try {
      return HostNames.normal(name.toString(true));
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private <T> List<T> records(String name, int type, Class<T> kind) throws NoAnswer {
    Name asked;
    try {
      asked = Name.fromString(name, Name.root);
    } catch (TextParseException e) {
      throw new NoAnswer("is no name that the DNS can have");
    }
    List<Record> records =
        waitFor(
            session.lookupAsync(asked, type, DClass.IN).toCompletableFuture(),
            org.xbill.DNS.lookup.LookupResult::getRecords);
    return records.stream().limit(MOST_RECORDS).filter(kind::isInstance).map(kind::cast).toList();
  }

  private <A> List<Record> waitFor(Future<A> answer, Function<A, List<Record>> records)
      throws NoAnswer {
    try {
      return records.apply(answer.get(patience.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new NoAnswer("no DNS server answered within " + patience.toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoAnswer("the program is stopping");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof NoSuchDomainException || cause instanceof NoSuchRRSetException) {
        return List.of();
      }
      if (cause instanceof RedirectOverflowException || cause instanceof RedirectLoopException) {
        throw new NoAnswer("its aliases (CNAME) lead nowhere");
      }
      throw new NoAnswer(
          cause instanceof ServerFailedException
              ? "the DNS server failed (SERVFAIL)"
              : "no DNS server gave a usable answer");
    }
  }
}
