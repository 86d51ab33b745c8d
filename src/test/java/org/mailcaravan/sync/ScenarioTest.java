package org.mailcaravan.sync;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.LineProxy;

/**
 * Each test of a subclass plays a {@link Scenario}, between each pair of servers that the subclass
 * names as its source of arguments.
 */
@EnabledIfInstalled("dovecot")
@ParameterizedClass
abstract class ScenarioTest {
  private static @Nullable Stage stage;

  @TempDir Path folder;

  @Parameter
  @SuppressWarnings("NullAway.Init")
  ServerPair pair;

  private record Stage(DovecotServer source, DovecotServer destination) {}

  @BeforeParameterizedClassInvocation
  static void start(ServerPair pair) {
    stage = new Stage(pair.startSource(), pair.startDestination());
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    stage().source().close();
    stage().destination().close();
  }

  private static Stage stage() {
    if (stage == null) {
      throw new IllegalStateException("the servers do not run");
    }
    return stage;
  }

  void play(String script) {
    NamedAccount from = pair.accountAtSource(stage().source());
    NamedAccount to = pair.accountAtDestination(stage().destination());
    from.wipe();
    to.wipe();
    try (LineProxy sourceProxy = pair.proxyOfSource(stage().source());
        LineProxy destinationProxy = pair.proxyOfDestination(stage().destination());
        Scenario scenario = new Scenario(pair, from, to, sourceProxy, destinationProxy, folder)) {
      scenario.play(script);
    }
  }
}
