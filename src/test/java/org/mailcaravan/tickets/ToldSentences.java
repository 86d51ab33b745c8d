package org.mailcaravan.tickets;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.NextStep;

/**
 * The sentences that sources say to people, as the compiler reads them: each text with a blank in
 * it, put together from its parts, with "{}" for what changes, and each way that a choice can go.
 * What goes to the log, to SQL or into a fault of the program is no sentence. The next steps for
 * what servers say stand in a file.
 */
final class ToldSentences {
  private static final String PLACE = "{}";
  private static final Set<String> NOT_TOLD =
      Set.of("LOG", "sql", "compile", "toString", "split", "replaceAll", "replaceFirst", "matches");

  private static final Path SERVER_WORDS =
      Path.of("src/main/resources/org/mailcaravan/sync/diagnosis/server-words.txt");
  private static final Pattern SERVER_STEP = Pattern.compile("(?:next|there): (.*)");

  private ToldSentences() {}

  /** Those of source files. */
  static Set<String> of(List<Path> files) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Set<String> sentences = new LinkedHashSet<>();
    try (StandardJavaFileManager manager =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files));
      for (CompilationUnitTree unit : task.parse()) {
        unit.accept(new Texts(sentences), null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sentences;
  }

  /** The next steps for what servers say. */
  static Set<String> ofServerWords() throws IOException {
    Set<String> sentences = new LinkedHashSet<>();
    for (String line : Files.readAllLines(SERVER_WORDS)) {
      Matcher step = SERVER_STEP.matcher(line);
      if (step.matches()) {
        sentences.add(NextStep.of(step.group(1)).words());
      }
    }
    return sentences;
  }

  /** Finds the outermost expressions that are texts. */
  private static final class Texts extends TreeScanner<Void, Void> {
    private final Set<String> sentences;

    Texts(Set<String> sentences) {
      this.sentences = sentences;
    }

    @Override
    public Void scan(Tree tree, Void nothing) {
      if (tree instanceof ExpressionTree expression && isText(expression)) {
        forms(expression).stream()
            .map(ToldSentences::withPlaces)
            .map(String::strip)
            .filter(
                text ->
                    text.replace(PLACE, "").strip().matches("(?s).*\\p{L}.*\\s.*|.*\\s.*\\p{L}.*"))
            .forEach(sentences::add);
        rest(expression);
        return null;
      }
      return super.scan(tree, null);
    }

    /** What stands in the places of a text may hold texts, too. */
    private void rest(ExpressionTree expression) {
      if (expression instanceof BinaryTree sum) {
        rest(sum.getLeftOperand());
        rest(sum.getRightOperand());
      } else if (expression instanceof ParenthesizedTree inner) {
        rest(inner.getExpression());
      } else if (expression instanceof ConditionalExpressionTree choice) {
        super.scan(choice.getCondition(), null);
        rest(choice.getTrueExpression());
        rest(choice.getFalseExpression());
      } else if (expression instanceof MethodInvocationTree call && isText(call)) {
        call.getArguments().stream()
            .filter(argument -> !(argument instanceof LiteralTree))
            .forEach(argument -> scan(argument, null));
      } else if (!(expression instanceof LiteralTree)) {
        super.scan(expression, null);
      }
    }

    @Override
    public Void visitMethodInvocation(MethodInvocationTree call, Void nothing) {
      return isNotTold(call.getMethodSelect()) ? null : super.visitMethodInvocation(call, null);
    }

    private static boolean isNotTold(ExpressionTree method) {
      return method instanceof MemberSelectTree select
          && (NOT_TOLD.contains(select.getIdentifier().toString())
              || NOT_TOLD.contains(select.getExpression().toString()));
    }

    @Override
    public Void visitNewClass(NewClassTree made, Void nothing) {
      return made.getIdentifier().toString().startsWith("Illegal")
          ? null
          : super.visitNewClass(made, null);
    }

    @Override
    public Void visitLambdaExpression(LambdaExpressionTree lambda, Void nothing) {
      return scan(lambda.getBody(), null);
    }
  }

  private static boolean isText(ExpressionTree tree) {
    if (tree instanceof LiteralTree literal) {
      return literal.getValue() instanceof String;
    }
    if (tree instanceof ParenthesizedTree inner) {
      return isText(inner.getExpression());
    }
    if (tree instanceof BinaryTree sum) {
      return sum.getKind() == Tree.Kind.PLUS
          && (isText(sum.getLeftOperand()) || isText(sum.getRightOperand()));
    }
    if (tree instanceof ConditionalExpressionTree choice) {
      return isText(choice.getTrueExpression()) || isText(choice.getFalseExpression());
    }
    return format(tree) != null;
  }

  /** The text that a call of "formatted" or "String.format" fills; null for another tree. */
  private static @Nullable ExpressionTree format(ExpressionTree tree) {
    if (!(tree instanceof MethodInvocationTree call)
        || !(call.getMethodSelect() instanceof MemberSelectTree select)) {
      return null;
    }
    ExpressionTree text = null;
    if (select.getIdentifier().contentEquals("formatted")) {
      text = select.getExpression();
    } else if (select.toString().equals("String.format")) {
      text = call.getArguments().get(1);
    }
    return text != null && isText(text) ? text : null;
  }

  private static List<String> forms(ExpressionTree tree) {
    if (tree instanceof LiteralTree literal && literal.getValue() instanceof String text) {
      return List.of(text);
    }
    if (tree instanceof ParenthesizedTree inner) {
      return forms(inner.getExpression());
    }
    if (tree instanceof BinaryTree sum && isText(sum)) {
      List<String> all = new ArrayList<>();
      for (String left : forms(sum.getLeftOperand())) {
        forms(sum.getRightOperand()).forEach(right -> all.add(left + right));
      }
      return all;
    }
    if (tree instanceof ConditionalExpressionTree choice && isText(choice)) {
      return Stream.of(choice.getTrueExpression(), choice.getFalseExpression())
          .flatMap(each -> forms(each).stream())
          .toList();
    }
    ExpressionTree format = format(tree);
    return format == null ? List.of(PLACE) : forms(format);
  }

  private static String withPlaces(String text) {
    return text.replaceAll("%[-,+0]*\\d*(\\.\\d+)?[sdfx]", PLACE).replace("%%", "%");
  }
}
