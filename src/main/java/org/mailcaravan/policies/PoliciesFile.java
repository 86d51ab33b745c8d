package org.mailcaravan.policies;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailcaravan.model.Policy;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Spelling;
import org.mailcaravan.model.Window;
import org.mailcaravan.providers.Provider;
import org.mailcaravan.providers.Providers;
import org.mailcaravan.yaml.YamlFile;
import org.mailcaravan.yaml.YamlKeys;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads config/policies.yaml: what config/policies.schema.json describes. All that is wrong is
 * reported together, each with its line.
 */
public final class PoliciesFile {
  private static final List<String> CONDITIONS =
      List.of("policy", "domain", "address", "host", "preset");
  private static final List<String> EFFECTS =
      List.of("resync", "window", "inbox", "connections", "mailboxes-at-once");

  static final Set<String> KEYS = keys();
  static final Set<String> WHEN_KEYS = new LinkedHashSet<>(CONDITIONS);

  private static final Pattern WORD = Pattern.compile("[a-z0-9]+([._-][a-z0-9]+)*");
  private static final Pattern HOST = Pattern.compile("[a-z0-9*_:-]+(\\.[a-z0-9*_-]+)*");
  private static final Pattern ADDRESS = Pattern.compile("[^\\s\\p{Lu}@]+@[^\\s\\p{Lu}@]+");
  private static final Pattern SPAN = Pattern.compile("([1-9]\\d{0,3})(m|h|d)");

  private static final String FIRST = "first";

  private static final int LONGEST_WORD = 60;
  private static final int LONGEST_PATTERN = 254;
  private static final int MOST_CONNECTIONS = 20;
  private static final int MOST_MAILBOXES = 1000;
  private static final Duration SHORTEST_RESYNC = Duration.ofMinutes(15);
  private static final Duration LONGEST_RESYNC = Duration.ofDays(30);

  private final YamlFile file;
  private final Providers providers;
  private final Set<String> presets;
  private final ZoneId zone;
  private final Set<String> names = new HashSet<>();

  private PoliciesFile(Path file, Providers providers, ZoneId zone) {
    this.file = new YamlFile(file, "Correct it; docs/policies.md explains the keys.");
    this.providers = providers;
    this.presets = new TreeSet<>(providers.all().stream().map(Provider::id).toList());
    this.zone = zone;
  }

  private static Set<String> keys() {
    Set<String> keys = new LinkedHashSet<>(List.of("name", "when"));
    keys.addAll(EFFECTS);
    return keys;
  }

  /**
   * Reads the file.
   *
   * @param zone of windows that name none
   * @throws RequestRejected when it is missing or wrong
   */
  public static Policies read(Path file, Providers providers, ZoneId zone) {
    PoliciesFile reading = new PoliciesFile(file, providers, zone);
    List<PolicyRule> rules = new ArrayList<>();
    List<Problem> warnings = new ArrayList<>();
    for (Node node : reading.file.list("policies", "each policy begins with \"- name:\"")) {
      Optional<PolicyRule> rule = reading.policy(node);
      rule.flatMap(read -> reading.hidden(node, read, rules)).ifPresent(warnings::add);
      rule.ifPresent(rules::add);
    }
    reading.file.requireFaultless();
    return new Policies(rules, reading::presetOf, warnings);
  }

  private Optional<Problem> hidden(Node node, PolicyRule rule, List<PolicyRule> above) {
    return above.stream()
        .filter(other -> other.hides(rule))
        .findFirst()
        .map(other -> other.sets().name())
        .map(
            other ->
                file.warning(
                    node,
                    "no mailbox ever has the policy \"%s\": \"%s\" above it fits all of its mailboxes"
                        .formatted(rule.sets().name(), other),
                    "Move it above \"%s\", or delete it.".formatted(other)));
  }

  private String presetOf(String host) {
    return providers.byHost(host).map(Provider::id).orElse("");
  }

  private Optional<PolicyRule> policy(Node node) {
    int before = file.faults();
    YamlKeys keys = new YamlKeys("a policy", node, KEYS, file::add);
    if (!(node instanceof MappingNode)) {
      return Optional.empty();
    }
    boolean hasUnknown = file.faults() > before;
    String name =
        keys.text("name", PoliciesFile::isWord, "a word of small letters and digits, such as gold");
    if (!name.isEmpty() && !names.add(name)) {
      keys.fault("name", "another policy has the name " + name);
    }
    int beforeWhen = file.faults();
    Optional<YamlKeys> conditions =
        keys.node("when").map(when -> new YamlKeys("when", when, WHEN_KEYS, file::add));
    boolean allKnown = file.faults() == beforeWhen;
    Policy sets =
        new Policy(
            name,
            resync(keys),
            window(keys),
            keys.number("connections", 0, MOST_CONNECTIONS),
            !keys.anyText("inbox", FIRST::equals, "known; write first, or leave it out").isEmpty());
    int atOnce = keys.number("mailboxes-at-once", 0, MOST_MAILBOXES);
    if (!hasUnknown && EFFECTS.stream().noneMatch(keys::has)) {
      keys.fault("name", "the policy sets nothing; it needs one of " + String.join(", ", EFFECTS));
    }
    if (conditions.isEmpty()) {
      return Optional.empty();
    }
    PolicyRule rule = rule(conditions.get(), sets, atOnce);
    if (allKnown && CONDITIONS.stream().noneMatch(conditions.get()::has)) {
      keys.fault("when", "when needs one of " + String.join(", ", CONDITIONS));
    } else if (atOnce > 0 && !rule.isOfServer()) {
      keys.fault(
          "mailboxes-at-once",
          "mailboxes-at-once limits a server: with it, when may only have host and preset");
    }
    return file.faults() > before ? Optional.empty() : Optional.of(rule);
  }

  private PolicyRule rule(YamlKeys when, Policy sets, int atOnce) {
    return new PolicyRule(
        when.oneOrMore(
            "policy", PoliciesFile::isWord, "a word of small letters and digits, such as gold"),
        when.oneOrMore("domain", matching(HOST), "a domain in small letters, such as *.example"),
        when.oneOrMore(
            "address", matching(ADDRESS), "an address in small letters, such as *@acme.example"),
        when.oneOrMore(
            "host",
            matching(HOST),
            "the name of a server in small letters, such as *.acme.example"),
        presets(when),
        sets,
        atOnce);
  }

  private List<String> presets(YamlKeys when) {
    List<String> named =
        when.oneOrMore("preset", PoliciesFile::isWord, "the id of a provider, such as gmail");
    for (String preset : named) {
      if (!presets.contains(preset)) {
        when.fault(
            "preset",
            "no provider has the id \""
                + preset
                + "\""
                + Spelling.nearest(preset, presets)
                    .map(meant -> ", did you mean " + meant + "?")
                    .orElse(""));
      }
    }
    return named;
  }

  private static int resync(YamlKeys keys) {
    String text =
        keys.anyText(
            "resync",
            given -> span(given).isPresent(),
            "a time between passes, from 15m to 30d, such as 2h");
    return span(text).map(span -> Math.toIntExact(span.toMinutes())).orElse(0);
  }

  private static Optional<Duration> span(String text) {
    Matcher span = SPAN.matcher(text);
    if (!span.matches()) {
      return Optional.empty();
    }
    int count = Integer.parseInt(span.group(1));
    Duration length =
        switch (span.group(2)) {
          case "m" -> Duration.ofMinutes(count);
          case "h" -> Duration.ofHours(count);
          default -> Duration.ofDays(count);
        };
    return length.compareTo(SHORTEST_RESYNC) < 0 || length.compareTo(LONGEST_RESYNC) > 0
        ? Optional.empty()
        : Optional.of(length);
  }

  private String window(YamlKeys keys) {
    String text =
        keys.anyText(
            "window",
            given -> isWindow(given) || Window.lacksZone(given),
            "a time of the week, such as Mon-Fri 18:00-07:00, Sat-Sun");
    if (Window.lacksZone(text)) {
      keys.fault(
          "window",
          "window has \"%s\" for a time zone; write one such as Europe/Rome"
              .formatted(text.substring(text.indexOf(';') + 1).strip()));
      return "";
    }
    return text.isEmpty() ? "" : Window.parse(text, zone).toString();
  }

  private boolean isWindow(String text) {
    try {
      Window unused = Window.parse(text, zone);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isWord(String text) {
    return text.length() <= LONGEST_WORD && WORD.matcher(text).matches();
  }

  private static Predicate<String> matching(Pattern pattern) {
    return text -> text.length() <= LONGEST_PATTERN && pattern.matcher(text).matches();
  }
}
