package org.mailcaravan.providers;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.providers.Finding.NotFound;
import org.mailcaravan.providers.Finding.Tried;
import org.mailcaravan.providers.Finding.Way;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the IMAP server of a domain and remembers it: an hour what was found, five minutes what was
 * not. A domain that many ask for at once is looked for once. All who ask together wait for {@link
 * #PATIENCE} at most. Thread-safe.
 */
public final class Discovery implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);

  /** How long a request waits for all its domains. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration KEPT = Duration.ofHours(1);
  private static final Duration KEPT_IN_VAIN = Duration.ofMinutes(5);
  private static final int MOST_KEPT = 10_000;
  private static final int AT_ONCE = 8;

  /** Names that are no domain of the internet: RFC 6761, 6762, 7686 and 9476. */
  private static final Set<String> NOT_OF_INTERNET =
      Set.of("alt", "example", "internal", "invalid", "local", "localhost", "onion", "test");

  /** Of a domain for which there was no time; the next request asks again. */
  private static final Finding TOO_LATE = failed("took longer than " + PATIENCE.toSeconds() + " s");

  /** Of a domain over which the search stumbled: the other rows of the request go on. */
  private static final Finding FAULT = failed("failed by a fault of this program; see its log");

  private final Providers providers;
  private final Supplier<Search> search;
  private final Clock clock;
  private final Map<String, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          AT_ONCE,
          task -> {
            Thread thread = new Thread(task, "discovery");
            thread.setDaemon(true);
            return thread;
          });

  /** Makes something once. */
  private static final class Once<T> implements Supplier<T> {
    private final Supplier<T> maker;
    private @Nullable T made;

    Once(Supplier<T> maker) {
      this.maker = maker;
    }

    @Override
    public synchronized T get() {
      T known = made;
      if (known == null) {
        known = maker.get();
        made = known;
      }
      return known;
    }
  }

  /** A search that was begun, or has ended. */
  private record Kept(CompletableFuture<Finding> finding, Instant since) {}

  /**
   * @param search made when a domain is in no list: most runs of the program need none
   */
  public Discovery(Providers providers, Supplier<Search> search, Clock clock) {
    this.providers = providers;
    this.search = new Once<>(search);
    this.clock = clock;
  }

  /** Where the mail of a domain is; in lower case, in ASCII. */
  public Finding find(String domain) {
    return findAll(List.of(domain)).getOrDefault(domain, new NotFound(List.of()));
  }

  /** Where the mail of each of these domains is. */
  public Map<String, Finding> findAll(Collection<String> domains) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    Map<String, CompletableFuture<Finding>> asked = new LinkedHashMap<>();
    for (String domain : new LinkedHashSet<>(domains)) {
      asked.put(
          domain,
          known(domain)
              .map(CompletableFuture::completedFuture)
              .orElseGet(() -> begun(domain, end)));
    }
    Map<String, Finding> found = new LinkedHashMap<>();
    asked.forEach((domain, finding) -> found.put(domain, ended(finding, end)));
    return found;
  }

  private static Finding failed(String outcome) {
    return new NotFound(List.of(new Tried(Way.DOMAIN, "the search", outcome)));
  }

  /** What is known without asking anybody. */
  private Optional<Finding> known(String domain) {
    Optional<Finding> preset =
        providers
            .byDomain(domain)
            .map(provider -> Search.at(provider, Way.DOMAIN, provider.name() + " has " + domain));
    return preset.isPresent() || isOfInternet(domain)
        ? preset
        : Optional.of(
            new NotFound(List.of(new Tried(Way.DOMAIN, domain, "is no domain of the internet"))));
  }

  private static boolean isOfInternet(String domain) {
    String last = domain.substring(domain.lastIndexOf('.') + 1);
    boolean isAddress = last.matches("\\d+") || domain.indexOf(':') >= 0;
    return last.length() < domain.length() && !isAddress && !NOT_OF_INTERNET.contains(last);
  }

  private CompletableFuture<Finding> begun(String domain, long end) {
    synchronized (kept) {
      Instant now = clock.instant();
      Kept before = kept.get(domain);
      if (before != null && !isOver(before, now)) {
        return before.finding();
      }
      CompletableFuture<Finding> finding =
          CompletableFuture.supplyAsync(
              () -> System.nanoTime() > end ? TOO_LATE : search.get().find(domain), threads);
      kept.put(domain, new Kept(finding, now));
      while (kept.size() > MOST_KEPT) {
        kept.remove(kept.keySet().iterator().next());
      }
      return finding;
    }
  }

  private static boolean isOver(Kept kept, Instant now) {
    if (!kept.finding().isDone()) {
      return false;
    }
    if (kept.finding().isCompletedExceptionally() || kept.finding().join().equals(TOO_LATE)) {
      return true;
    }
    boolean inVain = kept.finding().join() instanceof NotFound;
    return now.isAfter(kept.since().plus(inVain ? KEPT_IN_VAIN : KEPT));
  }

  private static Finding ended(CompletableFuture<Finding> finding, long end) {
    try {
      return finding.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return TOO_LATE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return TOO_LATE;
    } catch (ExecutionException e) {
      LOG.error("the search for a server failed", e.getCause());
      return FAULT;
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
