// $ANTLR 3.5.3 T.g 2026-03-04 05:06:08

import org.antlr.runtime.*;
import java.util.Stack;
import java.util.List;
import java.util.ArrayList;

@SuppressWarnings("all")
public class TParser extends Parser {
	public static final String[] tokenNames = new String[] {
		"<invalid>", "<EOR>", "<DOWN>", "<UP>", "A"
	};
	public static final int EOF=-1;
	public static final int A=4;

	// delegates
	public Parser[] getDelegates() {
		return new Parser[] {};
	}

	// delegators


	public TParser(TokenStream input) {
		this(input, new RecognizerSharedState());
	}
	public TParser(TokenStream input, RecognizerSharedState state) {
		super(input, state);
	}

	@Override public String[] getTokenNames() { return TParser.tokenNames; }
	@Override public String getGrammarFileName() { return "T.g"; }



	// $ANTLR start "r"
	// T.g:2:1: r : A ;
	public final void r() throws RecognitionException {
		try {
			// T.g:2:3: ( A )
			// T.g:2:5: A
			{
			match(input,A,FOLLOW_A_in_r9); 
			}

		}
		catch (RecognitionException re) {
			reportError(re);
			recover(input,re);
		}
		finally {
			// do for sure before leaving
		}
	}
	// $ANTLR end "r"

	// Delegated rules



	public static final BitSet FOLLOW_A_in_r9 = new BitSet(new long[]{0x0000000000000002L});
}
