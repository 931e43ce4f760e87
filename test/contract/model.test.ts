import { CHAT, RESPONSES } from '../openai/dialects.js';
import { modelContract } from './model.contract.js';

modelContract('Chat Completions', CHAT);
modelContract('the Responses API', RESPONSES);
