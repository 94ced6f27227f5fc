import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { DATABASES } from '../../../../src/plan/engines/engines.ts';

/** What is left of a dump, by the very function of the script that loads it. */
function left(lines: string[], lineEnd = '\n'): string[] {
  const script = DATABASES.mysql.seed.command.find((part) => part.includes('own() {')) ?? '';
  const own = /^own\(\) \{\n[\s\S]*?^\}$/m.exec(script)?.[0] ?? '';
  const input = lines.map((line) => line + lineEnd).join('');
  return execFileSync('sh', ['-c', `${own}\nown`], { input, encoding: 'utf8' })
    .split(/\r?\n/)
    .slice(0, -1);
}

const INSERT = "INSERT INTO `notes` VALUES (1,'CREATE DEFINER=`a`@`b` SET @@GLOBAL.GTID_PURGED=');";

describe('a dump of another server', () => {
  it.each(['\n', '\r\n'])('leaves its GTIDs and definers behind, and no data (line end %j)', (lineEnd) => {
    const dump = [
      'SET @@SESSION.SQL_LOG_BIN= 0;',
      "SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ '3b1f:1-5,",
      "4c2f:1-9';",
      'CREATE DEFINER=`root`@`%` PROCEDURE `p`() SELECT 1 ;;',
      '/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER `t` BEFORE INSERT ON `notes` */;;',
      '/*!50106 CREATE*/ /*!50117 DEFINER=`root`@`%`*/ /*!50106 EVENT `e` ON SCHEDULE EVERY 1 DAY DO SELECT 1 */ ;;',
      INSERT,
    ];
    // A line that is left out stays as an empty one: messages of the load give the lines of the file.
    expect(left(dump, lineEnd)).toEqual([
      '',
      '',
      '',
      'CREATE  PROCEDURE `p`() SELECT 1 ;;',
      '/*!50003 CREATE*/ /*!50017 */ /*!50003 TRIGGER `t` BEFORE INSERT ON `notes` */;;',
      '/*!50106 CREATE*/ /*!50117 */ /*!50106 EVENT `e` ON SCHEDULE EVERY 1 DAY DO SELECT 1 */ ;;',
      INSERT,
    ]);
  });
});
