package org.mailcaravan.settings;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Spelling;
import org.mailcaravan.model.Where;

/** Reads application.properties. All errors in it are reported together. */
public final class SettingsFile {
  /** The name of the file in the configuration folder. */
  public static final String NAME = "application.properties";

  /** What settings are read for, as not everybody has all variables of the environment. */
  public enum Use {
    /** Everything is used. */
    SERVICE,

    /** Where a password of the support mailbox is missing, no mail is read or sent. */
    COMMAND,

    /**
     * Nothing is connected to: a variable that is missing stands for some text, and so does the
     * destination. An engineer's own machine has no passwords.
     */
    ROUTE_FILES
  }

  private static final String OAUTH = "oauth.";

  /** For what is not set where nothing is connected to (RFC 2606, section 2). */
  private static final String STAND_IN = "unset.invalid";

  private static final String SEE_COMMENT =
      "Correct the value; the comment above the property in application.properties says what it takes.";

  private final Path file;
  private final String shownFile;
  private Environment environment;
  private final List<Fault> faults = new ArrayList<>();
  private final Map<String, Entry> entries = new TreeMap<>();
  private final Map<String, String> texts = new TreeMap<>();

  /** The properties oauth.NAME.… by name. */
  private final Map<String, Map<OAuthKey, Entry>> profiles = new TreeMap<>();

  /** A value and its place, such as "config/application.properties line 12". */
  private record Entry(Where place, String text) {}

  /** An error in the file. */
  private record Fault(Where place, String cause, String nextStep) {}

  private SettingsFile(Path configFolder, Path home, Map<String, String> environment) {
    this.file = configFolder.resolve(NAME);
    Path absolute = file.toAbsolutePath().normalize();
    Path base = home.toAbsolutePath().normalize();
    this.shownFile =
        (absolute.startsWith(base) ? base.relativize(absolute) : file)
            .toString()
            .replace('\\', '/');
    this.environment = new Environment(environment);
  }

  /**
   * Reads and checks the settings.
   *
   * @param configFolder the folder that holds application.properties
   * @param home the folder that relative paths are relative to
   * @param overrides properties that replace those of the file, as {@code --set} gives them
   * @param environment the environment's variables
   * @throws RequestRejected when a property is unknown, malformed, given twice or missing
   */
  public static Settings read(
      Path configFolder,
      Path home,
      Map<String, String> overrides,
      Map<String, String> environment) {
    return read(configFolder, home, overrides, environment, Use.SERVICE);
  }

  /**
   * The same.
   *
   * @throws RequestRejected when a property is unknown, malformed, given twice or missing
   */
  public static Settings read(
      Path configFolder,
      Path home,
      Map<String, String> overrides,
      Map<String, String> environment,
      Use use) {
    SettingsFile reading = new SettingsFile(configFolder, home, environment);
    reading.collect(overrides);
    switch (use) {
      case SERVICE -> {}
      case COMMAND -> reading.leaveMailOut();
      case ROUTE_FILES -> reading.standIn();
    }
    return reading.settings(home.toAbsolutePath().normalize());
  }

  /**
   * Reads one property, whatever the others are: for a command that needs nothing else, run by a
   * person who may lack the variables of the service.
   *
   * @throws RequestRejected when the file cannot be read, or the property has no usable value
   */
  public static <T> T read(
      Key<T> key,
      Path configFolder,
      Path home,
      Map<String, String> overrides,
      Map<String, String> environment) {
    SettingsFile reading = new SettingsFile(configFolder, home, environment);
    reading.collect(overrides);
    reading.faults.clear();
    return reading.value(key, home.toAbsolutePath().normalize()).orElseThrow(reading::rejected);
  }

  private void collect(Map<String, String> overrides) {
    List<String> names = Keys.ALL.stream().map(Key::name).toList();
    Map<String, Integer> seen = new HashMap<>();
    for (PropertyLines.Line line : lines()) {
      Where place = Where.line(shownFile, line.line());
      Integer before = seen.putIfAbsent(line.key(), line.line());
      if (before != null) {
        faults.add(
            new Fault(
                place,
                line.key() + " is set on line " + before + " already",
                "Keep one of the two lines."));
      }
      add(line.key(), new Entry(place, line.value()), names);
    }
    overrides.forEach(
        (key, value) -> add(key, new Entry(Where.setting(key, "--set " + key), value), names));
  }

  /** Where a password for it is missing, it is as if there were no support mailbox. */
  private void leaveMailOut() {
    boolean lacks =
        Stream.of(Keys.MAIL_PASSWORD, Keys.SMTP_PASSWORD)
            .flatMap(key -> Stream.ofNullable(entries.get(key.name())))
            .anyMatch(entry -> !environment.canFill(entry.text()));
    if (lacks) {
      List.of(Keys.MAIL_HOST, Keys.MAIL_PASSWORD, Keys.SMTP_PASSWORD)
          .forEach(key -> entries.remove(key.name()));
    }
  }

  private void standIn() {
    environment = environment.withStandIn(STAND_IN);
    Entry host = entries.get(Keys.DESTINATION_HOST.name());
    if (host == null || host.text().isBlank()) {
      entries.put(Keys.DESTINATION_HOST.name(), new Entry(Where.file(shownFile), STAND_IN));
    }
  }

  private void add(String key, Entry entry, List<String> names) {
    if (names.contains(key) || isFree(key)) {
      entries.put(key, entry);
      return;
    }
    if (key.startsWith(OAUTH)) {
      addOfProfile(key, entry);
      return;
    }
    Optional<String> meant = Spelling.nearest(key, names);
    faults.add(
        new Fault(
            entry.place(),
            "there is no property "
                + key
                + meant.map(name -> ", did you mean " + name + "?").orElse(""),
            "Correct the name or remove it; properties of your own begin with \"route.\"."));
  }

  private void addOfProfile(String key, Entry entry) {
    String[] parts = key.substring(OAUTH.length()).split("\\.", 2);
    if (parts.length < 2 || !OAuthProfileReader.NAME.matcher(parts[0]).matches()) {
      faults.add(
          new Fault(
              entry.place(),
              key + " names no profile",
              "Write oauth.NAME.client-id and so on; a name has small letters, digits and dashes."));
      return;
    }
    OAuthKey.find(parts[1])
        .ifPresentOrElse(
            part ->
                profiles
                    .computeIfAbsent(parts[0], name -> new EnumMap<>(OAuthKey.class))
                    .put(part, entry),
            () ->
                faults.add(
                    new Fault(
                        entry.place(),
                        "there is no property "
                            + key
                            + Spelling.nearest(parts[1], OAuthKey.words())
                                .map(
                                    word -> ", did you mean " + OAUTH + parts[0] + "." + word + "?")
                                .orElse(""),
                        "Correct the name or remove it; docs/settings.md lists those of a profile.")));
  }

  private Map<String, OAuthProfile> profiles(Path home) {
    Map<String, OAuthProfile> read = new TreeMap<>();
    profiles.forEach(
        (name, entries) -> {
          Map<OAuthKey, String> filled = new EnumMap<>(OAuthKey.class);
          entries.forEach(
              (key, entry) ->
                  filled(OAUTH + name + "." + key.word(), entry)
                      .ifPresent(text -> filled.put(key, text)));
          if (filled.size() < entries.size()) {
            return;
          }
          OAuthProfileReader reader = new OAuthProfileReader(name, filled, home);
          reader.read().ifPresent(profile -> read.put(name, profile));
          for (OAuthProfileReader.Fault fault : reader.faults()) {
            // What is missing is told at the profile's first line.
            Entry entry = entries.get(fault.key());
            Where place = (entry == null ? entries.values().iterator().next() : entry).place();
            faults.add(new Fault(place, fault.cause(), fault.nextStep()));
          }
        });
    return read;
  }

  private static boolean isFree(String key) {
    return key.startsWith("camel.") || key.startsWith("route.");
  }

  private Settings settings(Path home) {
    Map<Key<?>, Object> values = new HashMap<>();
    for (Key<?> key : Keys.ALL) {
      value(key, home).ifPresent(value -> values.put(key, value));
    }
    collectFree();
    Map<String, OAuthProfile> read = profiles(home);
    if (faults.isEmpty()) {
      Settings settings = new Settings(values, texts, read);
      Contradictions.of(settings).forEach(this::addContradiction);
      if (faults.isEmpty()) {
        return settings;
      }
    }
    throw rejected();
  }

  private void addContradiction(Contradictions.Contradiction found) {
    Entry entry = entries.get(found.key().name());
    faults.add(
        new Fault(
            entry == null ? Where.file(shownFile) : entry.place(),
            found.cause(),
            found.nextStep()));
  }

  private <T> Optional<T> value(Key<T> key, Path home) {
    Entry entry = entries.get(key.name());
    String standard = key.standard();
    if (entry == null && standard != null) {
      return Optional.of(keep(key, key.parser().parse(standard, home), standard));
    }
    if (entry == null || (standard == null && entry.text().isBlank())) {
      faults.add(
          new Fault(
              entry == null ? Where.file(shownFile) : entry.place(),
              key.name() + " is not set",
              "Set "
                  + key.name()
                  + "; the comment beside it in application.properties says to what."));
      return Optional.empty();
    }
    return filled(key.name(), entry).flatMap(text -> parsed(key, entry, text, home));
  }

  private Optional<String> filled(String name, Entry entry) {
    try {
      return Optional.of(environment.fill(entry.text()));
    } catch (IllegalArgumentException e) {
      faults.add(
          new Fault(
              entry.place(),
              name + ": " + e.getMessage(),
              "Set the variable before the start, or give a default as in {{env:NAME:default}}."));
      return Optional.empty();
    }
  }

  private <T> Optional<T> parsed(Key<T> key, Entry entry, String text, Path home) {
    try {
      // A password may begin or end with a space.
      String value = key.hidden() ? text : text.strip();
      return Optional.of(keep(key, key.parser().parse(value, home), value));
    } catch (IllegalArgumentException e) {
      faults.add(
          new Fault(
              entry.place(),
              key.name() + " = " + shown(key, text) + " " + e.getMessage(),
              SEE_COMMENT));
      return Optional.empty();
    }
  }

  /** Remembers how the routes will see a value. */
  private <T> T keep(Key<T> key, T value, String text) {
    if (!(value instanceof Secret)) {
      texts.put(key.name(), value instanceof Path path ? path.toString() : text);
    }
    return value;
  }

  private static String shown(Key<?> key, String text) {
    return key.hidden()
        ? "(a value that is not shown)"
        : "\"" + text.strip().replaceAll("//[^/]*@", "//(not shown)@") + "\"";
  }

  private void collectFree() {
    entries.forEach(
        (key, entry) -> {
          if (key.startsWith("camel.")) {
            // Camel fills in its own placeholders.
            texts.put(key, entry.text());
          } else if (key.startsWith("route.")) {
            filled(key, entry).ifPresent(text -> texts.put(key, text));
          }
        });
  }

  /** All in the order of lines, and those of the command line at the end. */
  private RequestRejected rejected() {
    return new RequestRejected(
        faults.stream()
            .sorted(
                Comparator.comparingLong(
                    fault -> fault.place() instanceof Where.InFile in ? in.line() : Long.MAX_VALUE))
            .map(fault -> new Problem(fault.place(), fault.cause(), Owner.US, fault.nextStep()))
            .toList());
  }

  private List<PropertyLines.Line> lines() {
    try {
      return PropertyLines.read(text(Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      throw new RequestRejected(
          new Problem(
              Where.file(file),
              "the file does not exist",
              Owner.US,
              "Name the folder that holds application.properties with --config."));
    } catch (IOException e) {
      throw new RequestRejected(
          new Problem(
              Where.file(file),
              "the file cannot be read (" + e.getClass().getSimpleName() + ")",
              Owner.US,
              "Check that it is a file and that this user may read it."));
    } catch (PropertyLines.MalformedEscape e) {
      throw new RequestRejected(
          new Problem(
              Where.line(shownFile, e.line()),
              "a \\u is not followed by four hexadecimal digits",
              Owner.US,
              "Write the character itself, or double the backslash."));
    }
  }

  private String text(byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      CharBuffer text = decoder.decode(in);
      return text.length() > 0 && text.charAt(0) == '\uFEFF'
          ? text.subSequence(1, text.length()).toString()
          : text.toString();
    } catch (CharacterCodingException e) {
      int line = 1;
      for (int i = 0; i < in.position(); i++) {
        line += bytes[i] == '\n' ? 1 : 0;
      }
      throw new RequestRejected(
          new Problem(
              Where.line(shownFile, line),
              "the text is not UTF-8",
              Owner.US,
              "Save the file as UTF-8."));
    }
  }
}
