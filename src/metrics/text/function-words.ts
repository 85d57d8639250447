/**
 * English words that do not tell what a text is about: articles, pronouns, prepositions, conjunctions, auxiliaries,
 * question words and the like, in lower case.
 */
export const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  `a an the
  i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself
  she her hers herself it its itself they them their theirs themselves one ones oneself
  this that these those who whom whose which what when where why how
  and or but nor so yet if then else than because although though while whereas unless until since whether
  of in on at by for from to into onto upon with within without about above below over under between among
  through during before after against across along around behind beside besides beyond despite down up off out
  near per toward towards via as
  be am is are was were been being do does did doing done have has had having
  can could may might must shall should will would cannot
  not no none any some all both each either neither every few many much more most less least several such other
  others another own same too very just only also even still again ever never always here there now once
  i'm i've i'd i'll you're you've you'd you'll he'd he'll she'd she'll it'd it'll we're we've we'd we'll
  they're they've they'd they'll that'd that'll there'd there'll who'd who'll who've
  isn't aren't wasn't weren't don't doesn't didn't haven't hasn't hadn't can't couldn't mustn't mightn't shan't
  shouldn't won't wouldn't`.split(/\s+/),
);
