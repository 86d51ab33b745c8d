package org.mailcaravan.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one run took, or one copy in the service.
 *
 * @param seconds from its start to its exit; in the service, of the pass
 * @param cpuSeconds of all its processes, user and system
 * @param peakMegabytes the most memory (RSS) that one of its processes had at once until then
 */
record Timed(double seconds, double cpuSeconds, double peakMegabytes) {
  /**
   * Runs a program to its end under GNU time.
   *
   * @param log where its output goes
   */
  static Timed run(List<String> command, Path log) throws IOException, InterruptedException {
    Path figures = Files.createTempFile("bench", ".time");
    List<String> timed =
        new ArrayList<>(List.of("/usr/bin/time", "-o", figures.toString(), "-f", "%e %U %S %M"));
    timed.addAll(command);
    Process process =
        new ProcessBuilder(timed).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    long began = System.nanoTime();
    int exit = process.waitFor();
    double seconds = (System.nanoTime() - began) / 1e9;
    if (exit != 0) {
      throw new IllegalStateException(
          command + " ended with " + exit + "\n" + Files.readString(log));
    }
    String[] words = Files.readString(figures).strip().split(" ", -1);
    Files.delete(figures);
    return new Timed(
        seconds,
        Double.parseDouble(words[1]) + Double.parseDouble(words[2]),
        Double.parseDouble(words[3]) / 1024);
  }

  /** Of several runs, each figure's median. */
  static Timed median(List<Timed> runs) {
    return new Timed(
        median(runs, Timed::seconds),
        median(runs, Timed::cpuSeconds),
        median(runs, Timed::peakMegabytes));
  }

  private static double median(List<Timed> runs, ToDoubleFunction<Timed> figure) {
    List<Double> sorted =
        runs.stream().map(figure::applyAsDouble).sorted(Comparator.naturalOrder()).toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
