package org.mailcaravan.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The output streams and what they can show. Results go to {@code out}, progress and errors to
 * {@code err}, so {@code --json} writes only the document to standard output.
 *
 * @param redraws whether lines of {@code err} can be redrawn, as on a terminal, but not in a file
 *     or pipe
 * @param outRedraws whether those of {@code out} can
 * @param width in columns, at least 40
 * @param height in lines, at least 5
 * @param colour whether colours are wanted
 */
public record Terminal(
    PrintWriter out,
    PrintWriter err,
    boolean redraws,
    boolean outRedraws,
    int width,
    int height,
    boolean colour) {
  private static final int USUAL_WIDTH = 80;
  private static final int LEAST_WIDTH = 40;
  private static final int USUAL_HEIGHT = 24;
  private static final int LEAST_HEIGHT = 5;

  public Terminal {
    if (width < LEAST_WIDTH) {
      throw new IllegalArgumentException("width " + width + " is less than " + LEAST_WIDTH);
    }
  }

  /** A terminal of the usual height, or none. */
  public Terminal(PrintWriter out, PrintWriter err, boolean redraws, int width, boolean colour) {
    this(out, err, redraws, redraws, width, USUAL_HEIGHT, colour);
  }

  /** The streams of this process, always in UTF-8: containers often have no locale. */
  public static Terminal system() {
    return of(
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        isInteractive("mailcaravan.terminal"),
        isInteractive("mailcaravan.terminal.out"),
        System.getenv());
  }

  /** Whether standard input is a terminal, as far as the start script has said. */
  static boolean inputIsTerminal() {
    return Boolean.getBoolean("mailcaravan.terminal.in");
  }

  /**
   * Whether a stream is a terminal. The start script can tell; Java knows it only for all streams
   * together.
   *
   * @param property in which the start script tells it
   */
  @SuppressWarnings("SystemConsoleNull") // From JDK 22 on there always is a console.
  private static boolean isInteractive(String property) {
    String said = System.getProperty(property);
    if (said != null) {
      return Boolean.parseBoolean(said);
    }
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  /** Respects NO_COLOR (no-color.org), TERM=dumb, COLUMNS and LINES. */
  static Terminal of(
      PrintWriter out, PrintWriter err, boolean interactive, Map<String, String> environment) {
    return of(out, err, interactive, interactive, environment);
  }

  private static Terminal of(
      PrintWriter out,
      PrintWriter err,
      boolean interactive,
      boolean outInteractive,
      Map<String, String> environment) {
    boolean able = !"dumb".equals(environment.get("TERM"));
    boolean redraws = interactive && able;
    boolean colour = redraws && environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Terminal(
        out,
        err,
        redraws,
        outInteractive && able,
        number(environment.get("COLUMNS"), LEAST_WIDTH, USUAL_WIDTH),
        number(environment.get("LINES"), LEAST_HEIGHT, USUAL_HEIGHT),
        colour);
  }

  private static int number(@Nullable String text, int least, int usual) {
    return text != null && text.matches("[0-9]{1,4}")
        ? Math.max(least, Integer.parseInt(text))
        : usual;
  }
}
