package org.mailcaravan.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which DKIM keys are of use. */
class DkimJudgeTest {
  static String rsaKey(int bits) throws NoSuchAlgorithmException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    return Base64.getEncoder().encodeToString(generator.generateKeyPair().getPublic().getEncoded());
  }

  @Test
  void aKeyOfEnoughBitsIsGood() throws NoSuchAlgorithmException {
    assertThat(DkimJudge.fault("v=DKIM1; k=rsa; p=" + rsaKey(1024))).isEmpty();
    assertThat(DkimJudge.fault("p = " + rsaKey(1024).replaceAll("(.{60})", "$1 "))).isEmpty();
    assertThat(DkimJudge.fault("v=DKIM1; p=" + rsaKey(512))).contains("512 bits");
  }

  @ParameterizedTest
  @CsvSource({
    "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=, ''",
    "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg==, wrong length",
    "v=DKIM1; k=rsa; p=, revoked",
    "v=DKIM1; k=rsa, no p=",
    "v=DKIM2; p=AAAA, no record of DKIM",
    "v=spf1 -all, no record of DKIM",
    "v=DKIM1; p=!!!!, no Base64",
    "v=DKIM1; p=AAAA, no RSA key",
    "v=DKIM1; k=dsa; p=AAAA, not known"
  })
  void otherKeysAreToldWithTheirFault(String text, String fault) {
    assertThat(DkimJudge.fault(text)).contains(fault);
    assertThat(DkimJudge.fault(text).isEmpty()).isEqualTo(fault.isEmpty());
  }
}
