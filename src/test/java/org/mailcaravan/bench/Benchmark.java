package org.mailcaravan.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Times Mail Caravan, a bare copier and mbsync in turn: {@code bench/run --help}. No test of the
 * build: its name does not end with Test.
 */
class Benchmark {
  private static final List<String> CORPORA = words("bench.corpora", "small");
  private static final List<String> ROUND_TRIPS = words("bench.round-trips", "0,20,80");
  private static final List<String> PROGRAMS = words("bench.programs", "bare,caravan");
  private static final List<String> PASSES = words("bench.passes", "first");
  private static final List<String> RATES = words("bench.rates", "0");
  private static final int RUNS = Integer.getInteger("bench.runs", 3);
  private static final int COPIES = Integer.getInteger("bench.copies", 6);
  static final String HOME = System.getProperty("bench.home", ".");
  private static final Path BARE = Path.of("target/bench/barecopy");

  @TempDir Path folder;

  private static List<String> words(String property, String usual) {
    return List.of(System.getProperty(property, usual).split(",", -1));
  }

  @Test
  void passes() throws Exception {
    for (String name : CORPORA) {
      for (String roundTrip : ROUND_TRIPS) {
        for (String rate : RATES) {
          passes(name, roundTrip, rate);
        }
      }
    }
  }

  private void passes(String name, String roundTrip, String rate) throws Exception {
    try (Scene scene =
        new Scene(
            Corpus.of(name),
            Duration.ofMillis(Long.parseLong(roundTrip)),
            Double.parseDouble(rate) * (1 << 20),
            Files.createDirectory(folder.resolve(name + roundTrip + "-" + rate)))) {
      Map<String, Map<String, List<Timed>>> runs = new LinkedHashMap<>();
      for (int run = 0; run < RUNS; run++) {
        for (String program : PROGRAMS) {
          if (program.equals("service")) {
            serve(scene, runs);
          } else {
            run(scene, program, runs);
          }
        }
      }
      String line = rate.equals("0") ? "" : ", " + rate + " MiB/s";
      for (String pass : PASSES) {
        report(
            "%s, RTT %s ms%s, %s pass".formatted(name, roundTrip, line, pass),
            runs.getOrDefault(pass, Map.of()));
      }
    }
  }

  /** The passes of one program, into new mailboxes. */
  private static void run(Scene scene, String program, Map<String, Map<String, List<Timed>>> runs)
      throws Exception {
    Scene.Run run = scene.new Run();
    note(runs, "first", program, pass(scene, run, program));
    if (!program.startsWith("bare")) {
      if (PASSES.contains("unchanged")) {
        note(runs, "unchanged", program, pass(scene, run, program));
      }
      if (PASSES.contains("changed")) {
        scene.change();
        note(runs, "changed", program, pass(scene, run, program));
      }
    }
    if (program.equals("mbsync")) {
      run.requireComplete();
    } else {
      run.requireExact();
    }
  }

  /** First passes in one service, one after the other, each into new mailboxes. */
  private static void serve(Scene scene, Map<String, Map<String, List<Timed>>> runs)
      throws Exception {
    Path home = scene.new Run().home();
    try (Service service = Service.start(HOME, home, settings(scene.port()))) {
      for (int copy = 1; copy <= COPIES; copy++) {
        Scene.Run run = scene.new Run();
        note(runs, "first", "service, copy " + copy, service.pass(run.request()));
        run.requireExact();
      }
    }
  }

  private static void note(
      Map<String, Map<String, List<Timed>>> runs, String pass, String program, Timed timed) {
    runs.computeIfAbsent(pass, key -> new LinkedHashMap<>())
        .computeIfAbsent(program, key -> new ArrayList<>())
        .add(timed);
  }

  private static Timed pass(Scene scene, Scene.Run run, String program) throws Exception {
    return switch (program) {
      case "bare" -> bare(scene, run, 4);
      case "bare1" -> bare(scene, run, 1);
      case "caravan" -> Timed.run(migrate(run), log(run));
      case "mbsync" -> mbsync(scene, run);
      default -> throw new IllegalArgumentException(program);
    };
  }

  private static Path log(Scene.Run run) {
    return run.home().resolve("output.log");
  }

  private static Timed bare(Scene scene, Scene.Run run, int connections) throws Exception {
    List<String> script = new ArrayList<>(List.of("sh", "-ec"));
    StringBuilder all = new StringBuilder();
    for (int number = 0; number < scene.mailboxes(); number++) {
      all.append(BARE)
          .append(
              " %1$d %1$d %2$s %3$s %4$s %3$s %5$d\n"
                  .formatted(
                      scene.port(),
                      Scene.source(number),
                      Scene.PASSWORD,
                      run.destination(number),
                      connections));
    }
    // Many mailboxes four at a time, each on one connection.
    script.add(
        scene.mailboxes() == 1
            ? all.toString()
            : "printf '%s' '" + all.toString().replace(" 4\n", " 1\n") + "' | xargs -P 4 -L 1 env");
    return Timed.run(script, log(run));
  }

  /** The command as a person gives it in a clone. */
  private static List<String> migrate(Scene.Run run) throws Exception {
    List<String> words =
        new ArrayList<>(List.of(HOME + "/bin/mailcaravan", "migrate", run.request().toString()));
    words.addAll(List.of("--data", run.home().resolve("data").toString()));
    settings(run.port()).forEach((key, value) -> words.addAll(List.of("--set", key + "=" + value)));
    return words;
  }

  static Map<String, String> settings(int port) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("destination.host", "127.0.0.1");
    settings.put("source.allowed-hosts", "127.0.0.1");
    settings.put("source.insecure-hosts", "127.0.0.1");
    settings.put("destination.security", "none");
    settings.put("destination.port", String.valueOf(port));
    for (String more : words("bench.set", "")) {
      if (!more.isEmpty()) {
        settings.put(more.split("=", 2)[0], more.split("=", 2)[1]);
      }
    }
    return settings;
  }

  private static Timed mbsync(Scene scene, Scene.Run run) throws Exception {
    StringBuilder text = new StringBuilder("SyncState " + run.home() + "/state-\n\n");
    for (int number = 0; number < scene.mailboxes(); number++) {
      for (String side : List.of("old", "new")) {
        text.append(
            """
            IMAPAccount %1$s%2$d
            Host 127.0.0.1
            Port %3$d
            User %4$s
            Pass %5$s
            SSLType None
            AuthMechs LOGIN

            IMAPStore %1$s%2$d
            Account %1$s%2$d

            """
                .formatted(
                    side,
                    number,
                    scene.port(),
                    side.equals("old") ? Scene.source(number) : run.destination(number),
                    Scene.PASSWORD));
      }
      text.append(
          """
          Channel box%1$d
          Far :old%1$d:
          Near :new%1$d:
          Patterns *
          Create Near
          Sync PullNew
          CopyArrivalDate yes

          """
              .formatted(number));
    }
    Path config = Files.writeString(run.home().resolve("mbsyncrc"), text);
    List<String> command = new ArrayList<>(List.of("mbsync", "-q", "-c", config.toString()));
    if (scene.mailboxes() == 1) {
      command.add("-a");
      return Timed.run(command, log(run));
    }
    return Timed.run(
        List.of(
            "sh",
            "-ec",
            "seq -f box%.0f 0 "
                + (scene.mailboxes() - 1)
                + " | xargs -P 4 -n 1 mbsync -q -c "
                + config),
        log(run));
  }

  private static void report(String title, Map<String, List<Timed>> runs) throws Exception {
    Map<String, Timed> medians = new LinkedHashMap<>();
    runs.forEach((program, timed) -> medians.put(program, Timed.median(timed)));
    StringBuilder text = new StringBuilder();
    text.append(
        "%n## %s%n%n| program | seconds | of bare | CPU seconds | peak RSS MB |%n|---|---|---|---|---|%n"
            .formatted(title));
    Timed bare = medians.get("bare");
    medians.forEach(
        (program, timed) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %.2f | %s | %.2f | %.0f |%n",
                    program,
                    timed.seconds(),
                    bare == null
                        ? ""
                        : String.format(Locale.ROOT, "%.2f", timed.seconds() / bare.seconds()),
                    timed.cpuSeconds(),
                    timed.peakMegabytes())));
    System.out.print(text);
    Path all = Path.of("target/bench/results.md");
    String before = Files.exists(all) ? Files.readString(all) : "";
    Files.writeString(all, before + text);
  }
}
