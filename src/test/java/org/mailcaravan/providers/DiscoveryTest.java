package org.mailcaravan.providers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.imap.ConnectionRules;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.providers.Finding.Found;
import org.mailcaravan.providers.Finding.NotFound;
import org.mailcaravan.server.ScriptedDns;
import org.mailcaravan.server.TestClock;

class DiscoveryTest {
  private final ScriptedDns dns = ScriptedDns.start();
  private final TestClock clock = TestClock.at(Instant.EPOCH);
  private final Providers providers = ProvidersFile.read(Path.of("config/providers.yaml"));
  private final Discovery discovery =
      new Discovery(
          providers,
          () ->
              Search.of(
                  providers,
                  List.of(dns.address()),
                  new Connector(
                      new ConnectionRules(
                          false,
                          Set.of(),
                          false,
                          Set.of(),
                          Duration.ofSeconds(1),
                          Duration.ofSeconds(1),
                          null)),
                  true),
          clock);

  @AfterEach
  void close() {
    discovery.close();
    dns.close();
  }

  @Test
  void aKnownDomainAsksNobody() {
    Found found = (Found) discovery.find("gmail.com");
    assertThat(found.server().host()).isEqualTo("imap.gmail.com");
    assertThat(found.words()).contains("found by config/providers.yaml");
    assertThat(dns.questions()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "shop.test",
        "shop.example",
        "a.invalid",
        "nas.local",
        "9.9.9.9",
        "::1",
        "::ffff:9.9.9.9"
      })
  void whatIsNoDomainOfTheInternetAsksNobody(String domain) {
    assertThat(((NotFound) discovery.find(domain)).words())
        .contains("is no domain of the internet");
    assertThat(dns.questions()).isEmpty();
  }

  @Test
  void aThousandRowsAskOnce() {
    dns.answer("shop.firm", "MX", "10 aspmx.l.google.com.");
    IntStream.range(0, 1000)
        .parallel()
        .forEach(row -> assertThat(discovery.find("shop.firm")).isInstanceOf(Found.class));
    assertThat(dns.questions()).containsExactly("shop.firm MX");
  }

  @Test
  void manyDomainsAreLookedForTogether() {
    List<String> domains = IntStream.range(0, 200).mapToObj(i -> "d" + i + ".firm").toList();
    domains.forEach(domain -> dns.answer(domain, "MX", "10 mx." + domain + "."));
    Map<String, Finding> found = discovery.findAll(domains);
    assertThat(found)
        .hasSize(200)
        .allSatisfy(
            (domain, finding) -> assertThat(((NotFound) finding).words()).contains("mx." + domain));
    assertThat(dns.questions()).hasSize(200);
  }

  @Test
  void whatWasNotFoundIsLookedForAgainAfterMinutesWhatWasFoundAfterAnHour() {
    assertThat(discovery.find("shop.firm")).isInstanceOf(NotFound.class);
    dns.answer("shop.firm", "MX", "10 aspmx.l.google.com.");
    clock.set(Instant.EPOCH.plus(Duration.ofMinutes(4)));
    assertThat(discovery.find("shop.firm")).isInstanceOf(NotFound.class);
    clock.set(Instant.EPOCH.plus(Duration.ofMinutes(6)));
    assertThat(discovery.find("shop.firm")).isInstanceOf(Found.class);
    clock.set(Instant.EPOCH.plus(Duration.ofMinutes(60)));
    discovery.find("shop.firm");
    assertThat(dns.questions()).hasSize(2);
    clock.set(Instant.EPOCH.plus(Duration.ofMinutes(70)));
    discovery.find("shop.firm");
    assertThat(dns.questions()).hasSize(3);
  }

  @Test
  void aFaultInTheSearchCostsOneRowAndNotTheRequest() {
    try (Discovery broken =
        new Discovery(
            providers,
            () -> {
              throw new IllegalStateException("a fault");
            },
            Clock.systemUTC())) {
      Map<String, Finding> found = broken.findAll(List.of("shop.firm", "gmail.com"));
      assertThat(found.get("shop.firm"))
          .isInstanceOfSatisfying(
              NotFound.class, nothing -> assertThat(nothing.words()).contains("see its log"));
      assertThat(found.get("gmail.com")).isInstanceOf(Found.class);
    }
  }
}
