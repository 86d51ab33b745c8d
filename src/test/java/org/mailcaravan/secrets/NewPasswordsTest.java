package org.mailcaravan.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.Secret;
import org.mailcaravan.secrets.Vault.Credential;
import org.mailcaravan.secrets.Vault.Role;

class NewPasswordsTest {
  private static final Secret GOOD = Secret.of("good");
  private static final Secret OTHER = Secret.of("other");
  private static final Secret THIRD = Secret.of("third");
  private static final Secret NONE = Secret.of("");

  private final Vault vault = new MemoryVault();
  private final NewPasswords passwords = new NewPasswords(vault);

  private void take(Secret password) {
    NewPasswords.Taken unused = taken(password);
  }

  private void assertKeeps(Secret kept, Secret next) {
    assertThat(vault.find("m", Role.SOURCE)).contains(kept);
    assertThat(passwords.toTry("m", Role.SOURCE)).contains(next);
  }

  @Test
  void theFirstPasswordIsKeptAndTheSameOneAgainChangesNothing() {
    take(GOOD);
    assertKeeps(GOOD, GOOD);
    take(GOOD);
    assertKeeps(GOOD, GOOD);
    assertThat(passwords.accepted("m", Role.SOURCE, GOOD)).isFalse();
    assertThat(passwords.refused("m", Role.SOURCE, GOOD)).isFalse();
    assertThat(passwords.isRefused("m", Role.SOURCE)).isFalse();
  }

  @Test
  void aNewPasswordIsTriedFirstAndKeptOnceItWorks() {
    take(GOOD);
    take(OTHER);
    assertKeeps(GOOD, OTHER);
    assertThat(passwords.accepted("m", Role.SOURCE, OTHER)).isTrue();
    assertKeeps(OTHER, OTHER);
    assertThat(passwords.accepted("m", Role.SOURCE, OTHER)).isFalse();
    assertThat(passwords.refused("m", Role.SOURCE, OTHER)).isFalse();
  }

  @Test
  void aNewPasswordThatIsRefusedIsForgottenAndToldOfUntilAnotherComes() {
    take(GOOD);
    take(OTHER);
    assertThat(passwords.refused("m", Role.SOURCE, OTHER)).isTrue();
    assertKeeps(GOOD, GOOD);
    assertThat(passwords.isRefused("m", Role.SOURCE)).isTrue();
    assertThat(passwords.refused("m", Role.SOURCE, OTHER)).isFalse();
    take(THIRD);
    assertKeeps(GOOD, THIRD);
    assertThat(passwords.isRefused("m", Role.SOURCE)).isFalse();
  }

  @Test
  void whatALoginSaysOfAPasswordThatWasReplacedMeanwhileChangesNothing() {
    take(GOOD);
    take(OTHER);
    take(THIRD);
    assertThat(passwords.accepted("m", Role.SOURCE, OTHER)).isFalse();
    assertThat(passwords.refused("m", Role.SOURCE, OTHER)).isFalse();
    assertKeeps(GOOD, THIRD);
    // As by the command password, which has logged in.
    passwords.replace("m", Role.SOURCE, OTHER);
    assertThat(passwords.accepted("m", Role.SOURCE, THIRD)).isFalse();
    assertKeeps(OTHER, OTHER);
  }

  @Test
  void whatATokenOpensNeedsNoLoginFirst() {
    take(GOOD);
    take(NONE);
    assertKeeps(NONE, NONE);
    assertThat(passwords.isRefused("m", Role.SOURCE)).isFalse();
    take(OTHER);
    assertKeeps(OTHER, OTHER);
  }

  @Test
  void whatIsKeptCountsAgainWhereOneWhomWeKnowSendsNoPassword() {
    take(GOOD);
    take(OTHER);
    assertThat(passwords.refused("m", Role.SOURCE, OTHER)).isTrue();
    passwords.trust(List.of("m", "another"));
    assertThat(passwords.isRefused("m", Role.SOURCE)).isFalse();
    assertKeeps(GOOD, GOOD);
    take(OTHER);
    passwords.trust(List.of("m"));
    assertKeeps(GOOD, OTHER);
  }

  @Test
  void aPasswordThatALoginPutsThereMeanwhileStays() {
    take(GOOD);
    take(OTHER);
    Vault meanwhile =
        (Vault)
            Proxy.newProxyInstance(
                Vault.class.getClassLoader(),
                new Class<?>[] {Vault.class},
                (proxy, method, arguments) -> {
                  Object found = method.invoke(vault, arguments);
                  if (method.getName().equals("findAll")) {
                    assertThat(passwords.accepted("m", Role.SOURCE, OTHER)).isTrue();
                  }
                  return found;
                });
    var unused = new NewPasswords(meanwhile).take(List.of(new Credential("m", Role.SOURCE, THIRD)));
    assertKeeps(OTHER, THIRD);
  }

  @Test
  void whatWasRefusedIsNotTriedAgainWhenItComesAgain() {
    take(GOOD);
    assertThat(taken(OTHER))
        .isEqualTo(
            new NewPasswords.Taken(
                Set.of(new NewPasswords.Account("m", Vault.Role.SOURCE)), Set.of()));
    assertThat(passwords.refused("m", Role.SOURCE, OTHER)).isTrue();
    for (int night = 0; night < 3; night++) {
      assertThat(taken(OTHER)).isEqualTo(new NewPasswords.Taken(Set.of(), Set.of("m")));
      assertKeeps(GOOD, GOOD);
      assertThat(passwords.isRefused("m", Role.SOURCE)).isTrue();
    }
    assertThat(vault.find("m", Role.NEW_SOURCE).orElseThrow().reveal()).doesNotContain("other");
    assertThat(taken(THIRD))
        .isEqualTo(
            new NewPasswords.Taken(
                Set.of(new NewPasswords.Account("m", Vault.Role.SOURCE)), Set.of()));
    assertKeeps(GOOD, THIRD);
  }

  @Test
  void whatWasRefusedIsTriedAgainOnceTheOneThatIsKeptIsRefusedToo() {
    take(GOOD);
    take(OTHER);
    assertThat(passwords.refused("m", Role.SOURCE, OTHER)).isTrue();
    assertThat(passwords.refused("m", Role.SOURCE, GOOD)).isFalse();
    take(OTHER);
    assertKeeps(GOOD, OTHER);
    assertThat(passwords.accepted("m", Role.SOURCE, OTHER)).isTrue();
  }

  private NewPasswords.Taken taken(Secret password) {
    return passwords.take(List.of(new Credential("m", Role.SOURCE, password)));
  }
}
