package org.mailcaravan.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/**
 * Tells of a test that calls {@code System.exit}: it would end the run with the exit code that it
 * chooses, and nothing would be printed. Ctrl-C keeps its effect.
 */
final class ExitOfTest {
  private final Function<StackTraceElement[], Optional<String>> places;
  private final PrintWriter out;
  private final Thread hook = new Thread(this::tell, "exit-of-test");

  /**
   * @param places gives the line of a test in a stack, empty where there is none
   */
  ExitOfTest(Function<StackTraceElement[], Optional<String>> places, PrintWriter out) {
    this.places = places;
    this.out = out;
  }

  void watch() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** All tests have ended. */
  void unwatch() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The program ends already.
    }
  }

  private void tell() {
    for (StackTraceElement[] stack : Thread.getAllStackTraces().values()) {
      if (Arrays.stream(stack).anyMatch(ExitOfTest::isExit)) {
        out.println(
            "FAILED "
                + places.apply(stack).orElse("a test")
                + ": System.exit ended the run, and the other results are lost. Take it out of the test.");
        out.flush();
        Runtime.getRuntime().halt(ExitCode.FAULT);
      }
    }
  }

  /** A signal comes without it. */
  private static boolean isExit(StackTraceElement frame) {
    return frame.getClassName().equals("java.lang.Runtime") && frame.getMethodName().equals("exit");
  }
}
